/* A machine that refuses: each function of the system that the library opens, connects, writes or starts something with
 * fails in each way that a shortage has, once and always. What is told is a status of its own, never a defect; and when
 * it is over, everything works. See guest.h. */

#define _GNU_SOURCE

#include "guest.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Which function fails, how, and how often it still succeeds before; then once, or always. */
static const char *failing, *failing_too;
static int with, succeeds, always;

static int fails(const char *name) {
  /* What the program itself asks for is not refused. */
  if (failing_too != NULL && strcmp(failing_too, name) == 0) {
    errno = EMFILE;
    return 1;
  }
  if (failing == NULL || strcmp(failing, name) != 0) return 0;
  if (__atomic_fetch_sub(&succeeds, 1, __ATOMIC_SEQ_CST) > 0) return 0;
  if (!always && __atomic_load_n(&succeeds, __ATOMIC_SEQ_CST) < -1) return 0;
  errno = with;
  return 1;
}

#define REALLY(type, name, parameters) \
  static type(*really) parameters;     \
  if (really == NULL) *(void **)&really = dlsym(RTLD_NEXT, name)

#define STANDS_IN(type, name, parameters, arguments) \
  type name parameters {                             \
    REALLY(type, #name, parameters);                 \
    if (fails(#name)) return (type)-1;               \
    return really arguments;                         \
  }

STANDS_IN(int, socket, (int a, int b, int c), (a, b, c))
STANDS_IN(int, epoll_create1, (int a), (a))
STANDS_IN(int, epoll_ctl, (int a, int b, int c, struct epoll_event *d), (a, b, c, d))
STANDS_IN(int, eventfd, (unsigned a, int b), (a, b))
STANDS_IN(int, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d))
STANDS_IN(int, setsockopt, (int a, int b, int c, const void *d, socklen_t e), (a, b, c, d, e))
STANDS_IN(ssize_t, writev, (int a, const struct iovec *b, int c), (a, b, c))
STANDS_IN(ssize_t, send, (int a, const void *b, size_t c, int d), (a, b, c, d))
STANDS_IN(ssize_t, recv, (int a, void *b, size_t c, int d), (a, b, c, d))
STANDS_IN(int, fdatasync, (int a), (a))
STANDS_IN(int, flock, (int a, int b), (a, b))
STANDS_IN(ssize_t, getrandom, (void *a, size_t b, unsigned c), (a, b, c))

/* glibc declares the address as one of many types. */
static int connected(int a, const void *b, socklen_t c) {
  REALLY(int, "connect", (int, const void *, socklen_t));
  return fails("connect") ? -1 : really(a, b, c);
}

__attribute__((visibility("default"))) int stands_in_for_connect(int, const void *, socklen_t) __asm__("connect");

int stands_in_for_connect(int a, const void *b, socklen_t c) { return connected(a, b, c); }

int pthread_create(pthread_t *a, const pthread_attr_t *b, void *(*c)(void *), void *d) {
  REALLY(int, "pthread_create", (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
  return fails("pthread_create") ? with : really(a, b, c, d);
}

static int opened(const char *name, const char *path, int flags, va_list list) {
  REALLY(int, "open", (const char *, int, ...));
  int mode = flags & O_CREAT ? va_arg(list, int) : 0;
  (void)name;
  return fails("open") ? -1 : really(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list list;
  int number;
  va_start(list, flags);
  number = opened("open", path, flags, list);
  va_end(list);
  return number;
}

#ifdef __GLIBC__
int open64(const char *path, int flags, ...) {
  va_list list;
  int number;
  va_start(list, flags);
  number = opened("open64", path, flags, list);
  va_end(list);
  return number;
}
#endif

/* A status that a shortage may have: none of a defect, and a sentence with it. */
static int told(int32_t status, graph_outcome *outcome, int line) {
  if (status >= 900 || (outcome != NULL && outcome->status >= 900))
    dprintf(said, "line %d: %s fails with %s after %d: %d %s\n", line, failing, strerror(with), succeeds, (int)status,
            outcome != NULL ? outcome->message : "");
  EXPECT(status < 900 && (outcome == NULL || outcome->status < 900));
  graph_outcome_free(outcome);
  return status == GRAPH_STATUS_OK;
}

static graph_client *impatient(void) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.token = token;
  options.timeout_ms = 100;
  int32_t status = graph_client_new(&options, &client, &outcome);
  told(status, outcome, __LINE__);
  return client;
}

static void try_everything(int number) {
  graph_client *client = impatient();
  graph_outcome *outcome = NULL;
  graph_run *run = NULL;
  graph_call_queue *queue = NULL;
  const char *users[] = {USER};
  char journal[64];
  int32_t status;
  if (client == NULL) return;
  for (int i = 0; i < 2; i++) {
    status = graph_client_invalidate(client, USER, NULL, &outcome);
    told(status, outcome, __LINE__);
    outcome = NULL;
  }
  snprintf(journal, sizeof journal, "faults-%d.jsonl", number);
  status = new_run(client, journal, 0, &run, &outcome);
  if (told(status, outcome, __LINE__)) {
    graph_run_add(run, users, 1, NULL);
    graph_run_finish_input(run);
    for (int i = 0; i < 5; i++) {
      outcome = NULL;
      status = graph_run_next(run, 20, &outcome);
      told(status, outcome, __LINE__);
      if (status == GRAPH_STATUS_RUN_DONE) break;
    }
    graph_run_cancel(run);
    graph_run_free(run);
  }
  outcome = NULL;
  if (told(graph_call_queue_new(&queue), NULL, __LINE__)) {
    graph_call_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.user = USER;
    status = graph_call_queue_submit(queue, client, &options, NULL, 1, &outcome);
    if (told(status, outcome, __LINE__)) {
      outcome = NULL;
      status = graph_call_queue_next(queue, 5000, NULL, &outcome);
      EXPECT(status != GRAPH_STATUS_QUEUE_TIMEOUT);
      told(status, outcome, __LINE__);
    }
    graph_call_queue_free(queue);
  }
  graph_client_free(client);
}

static void try_with(const char *name, const int *errors) {
  static int number;
  for (; *errors != 0; errors++) {
    for (int before = 0; before < 4; before++) {
      with = *errors;
      always = before == 3;
      succeeds = before % 3;
      failing = name;
      try_everything(number++);
      failing = NULL;
    }
    graph_client *client = new_client();
    EXPECT(call(client) == GRAPH_STATUS_OK);
    graph_client_free(client);
  }
}

static void connections_fail(void) {
  static const int of_sockets[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES, EAFNOSUPPORT, 0};
  static const int of_waiting[] = {EMFILE, ENFILE, ENOMEM, ENOSPC, 0};
  static const int of_connections[] = {EADDRNOTAVAIL, EAGAIN, ENETUNREACH, EPERM, ETIMEDOUT, ENOBUFS, 0};
  static const int of_data[] = {ENOBUFS, ENOMEM, EPIPE, ECONNRESET, ETIMEDOUT, 0};
  try_with("socket", of_sockets);
  try_with("epoll_create1", of_waiting);
  try_with("epoll_ctl", of_waiting);
  try_with("eventfd", of_waiting);
  try_with("socketpair", of_sockets);
  try_with("setsockopt", of_sockets);
  try_with("connect", of_connections);
  try_with("writev", of_data);
  try_with("send", of_data);
  try_with("recv", of_data);
}

static void files_and_threads_fail(void) {
  static const int of_files[] = {EMFILE, ENFILE, ENOMEM, EACCES, 0};
  static const int of_disks[] = {EIO, ENOSPC, EDQUOT, 0};
  static const int of_locks[] = {ENOLCK, EWOULDBLOCK, ENOSYS, 0};
  static const int of_threads[] = {EAGAIN, ENOMEM, EPERM, 0};
  static const int of_numbers[] = {EPERM, ENOSYS, 0};
  try_with("open", of_files);
  try_with("fdatasync", of_disks);
  try_with("flock", of_locks);
  try_with("pthread_create", of_threads);
  try_with("getrandom", of_numbers);
}

/* A system without getrandom(), as old ones are, and with no descriptor left for /dev/urandom. */
static void no_random_numbers(void) {
  graph_client *client = NULL;
  failing = "getrandom";
#ifdef __GLIBC__
  failing_too = "open64";
#else
  failing_too = "open";
#endif
  with = ENOSYS;
  always = 1;
  for (int i = 0; i < 3; i++) try_everything(i);
  failing = failing_too = NULL;
  client = new_client();
  EXPECT(call(client) == GRAPH_STATUS_OK);
  graph_client_free(client);
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"connections_fail", connections_fail},
      {"files_and_threads_fail", files_and_threads_fail},
      {"no_random_numbers", no_random_numbers},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
