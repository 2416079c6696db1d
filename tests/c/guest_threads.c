/* Signals, threads and ends: a call works wherever C code can run, or says that it cannot, and nothing is printed. See
 * guest.h. The functions of the system that this program defines itself stand in for a machine that refuses. */

#define _GNU_SOURCE

#include "guest.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int no_threads;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  int (*really)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (no_threads) return EAGAIN;
  *(void **)&really = dlsym(RTLD_NEXT, "pthread_create");
  return really(thread, attributes, start, argument);
}

/* A connection that was closed: first the service's half, then all of it. The next request is written to it. */
static void serve_and_leave(int listener) {
  static const char answer[] =
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"value\":true}";
  struct linger at_once = {1, 0};
  char request[8192];
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (read(connection, request, sizeof request) > 0 && write(connection, answer, sizeof answer - 1) > 0) {
      usleep(20000);
      shutdown(connection, SHUT_WR);
      usleep(20000);
    }
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(connection);
  }
}

static void a_connection_that_is_gone_is_no_signal(void) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  struct sigaction action;
  sigset_t blocked, pending;
  graph_client *client;
  char url[64];
  pid_t server;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 8) == 0);
  getsockname(listener, (struct sockaddr *)&address, &length);
  snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
  endpoint = url;
  signal(SIGPIPE, SIG_DFL);
  if ((server = fork()) == 0) serve_and_leave(listener);
  close(listener);
  client = new_client();
  for (int i = 0; i < 4; i++) {
    EXPECT(call(client) == GRAPH_STATUS_OK);
    usleep(100000);
  }
  sigaction(SIGPIPE, NULL, &action);
  EXPECT(action.sa_handler == SIG_DFL);
  /* Where the host blocks the signal itself, none of ours is left pending, and one of its own stays. */
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGPIPE);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  usleep(100000);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  sigpending(&pending);
  EXPECT(!sigismember(&pending, SIGPIPE));
  raise(SIGPIPE);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  sigpending(&pending);
  EXPECT(sigismember(&pending, SIGPIPE));
  graph_client_free(client);
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
}

/* Every thread but this one has the signals blocked that a host may handle. Gives how many there are. */
static int count_of_deaf_threads(void) {
  static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGALRM, SIGUSR1, SIGPIPE, SIGPROF, SIGIO};
  char path[300], line[256];
  struct dirent *entry;
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  while ((entry = readdir(tasks)) != NULL) {
    unsigned long long blocked = 0;
    FILE *status;
    if (entry->d_name[0] == '.' || atoi(entry->d_name) == getpid()) continue;
    snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
    if ((status = fopen(path, "r")) == NULL) continue;
    while (fgets(line, sizeof line, status) != NULL) sscanf(line, "SigBlk: %llx", &blocked);
    fclose(status);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) EXPECT(blocked >> (signals[i] - 1) & 1);
    count++;
  }
  closedir(tasks);
  return count;
}

static void no_thread_takes_a_signal(void) {
  sigset_t before, after;
  graph_client *client = new_client();
  graph_run *run = NULL;
  const char *name = strstr(endpoint, "127.0.0.1");
  pthread_sigmask(SIG_SETMASK, NULL, &before);
  EXPECT(name != NULL && call(client) == GRAPH_STATUS_OK);
  EXPECT(count_of_deaf_threads() > 0);
  EXPECT(new_run(client, "deaf.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(count_of_deaf_threads() > 1);
  EXPECT(whole_run(run) == -1);
  count_of_deaf_threads();
  graph_run_free(run);
  graph_client_free(client);
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  for (int number = 1; number < 32; number++) EXPECT(sigismember(&before, number) == sigismember(&after, number));
}

/* At the end of the program, and of a thread. */
static void at_exit(void) { EXPECT(graph_invalidate_all_refresh_tokens(USER, token) == GRAPH_STATUS_OK); }

static int at_the_end;

__attribute__((destructor)) static void last(void) {
  if (at_the_end) at_exit();
}

static void at_end_of_thread(void *value) {
  graph_client *client = value;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  graph_client_free(client);
}

static pthread_key_t key;

static void *call_and_end(void *unused) {
  graph_client *client = new_client();
  (void)unused;
  pthread_setspecific(key, client);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  return NULL;
}

static void calls_at_the_end(void) {
  pthread_t thread;
  EXPECT(pthread_key_create(&key, at_end_of_thread) == 0);
  setenv("GRAPH_INVALIDATE_ENDPOINT", endpoint, 1);
  at_the_end = 1;
  atexit(at_exit);
  at_exit();
  pthread_create(&thread, NULL, call_and_end, NULL);
  pthread_join(thread, NULL);
}

static graph_client *shared;

static void *only_call(void *unused) {
  (void)unused;
  return (void *)(intptr_t)graph_client_invalidate(shared, USER, NULL, NULL);
}

static void a_cancelled_thread_ends_after_its_call(void) {
  pthread_t thread;
  shared = new_client();
  for (int i = 0; i < 5; i++) {
    EXPECT(pthread_create(&thread, NULL, only_call, NULL) == 0);
    usleep(30000);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
  }
  EXPECT(call(shared) == GRAPH_STATUS_OK);
  graph_client_free(shared);
}

static void *whole_life(void *unused) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  (void)unused;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, NULL, 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
  return NULL;
}

static void *refused(void *unused) {
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  (void)unused;
  no_threads = 1;
  EXPECT(graph_client_new(NULL, &client, &outcome) == GRAPH_STATUS_TOO_MANY_THREADS);
  EXPECT(client == NULL && strstr(outcome->message, "stack") != NULL && outcome->hint != NULL);
  graph_outcome_free(outcome);
  no_threads = 0;
  return NULL;
}

static void on_stack_of(size_t size, void *(*work)(void *)) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  EXPECT(pthread_attr_setstacksize(&attributes, size) == 0);
  EXPECT(pthread_create(&thread, &attributes, work, NULL) == 0);
  pthread_join(thread, NULL);
  pthread_attr_destroy(&attributes);
}

/* 128 KiB is what musl gives to a thread. */
static void small_stacks(void) {
  static const size_t sizes[] = {64, 80, 96, 112, 128, 160, 256};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) on_stack_of(sizes[i] << 10, whole_life);
  on_stack_of(64 << 10, refused);
}

static void no_thread_allowed(void) {
  graph_client *client = new_client();
  graph_outcome *outcome = NULL;
  graph_run *run = NULL;
  no_threads = 1;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, NULL, 0, &run, &outcome) == GRAPH_STATUS_TOO_MANY_THREADS);
  EXPECT(run == NULL && outcome->message != NULL && outcome->hint != NULL);
  graph_outcome_free(outcome);
  no_threads = 0;
  EXPECT(new_run(client, NULL, 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
}

/* Resumes the journal; a child lets go of it as soon as it runs, which takes a busy machine a while. */
static int32_t resume(const graph_client *client, graph_run **run) {
  int32_t status = GRAPH_STATUS_JOURNAL_LOCKED;
  for (int tenths = 0; status == GRAPH_STATUS_JOURNAL_LOCKED && tenths < 300; tenths++) {
    if (tenths > 0) usleep(100000);
    status = new_run(client, "locked.jsonl", 1, run, NULL);
  }
  return status;
}

/* A child that lives on keeps nobody's journal locked: whether the parent frees the run or dies with it. */
static void a_child_keeps_no_journal_locked(void) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  int to_child[2];
  pid_t begins, stays;
  EXPECT(pipe(to_child) == 0);
  if ((begins = fork()) == 0) {
    EXPECT(new_run(client, "locked.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
    if (fork() == 0) {
      char byte;
      close(to_child[1]);
      _exit((int)read(to_child[0], &byte, 1));
    }
    _exit(0);
  }
  waitpid(begins, NULL, 0);
  EXPECT(resume(client, &run) == GRAPH_STATUS_OK);
  if ((stays = fork()) == 0) {
    char byte;
    close(to_child[1]);
    _exit((int)read(to_child[0], &byte, 1));
  }
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  EXPECT(resume(client, &run) == GRAPH_STATUS_OK);
  graph_run_free(run);
  close(to_child[1]);
  waitpid(stays, NULL, 0);
  graph_client_free(client);
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"a_connection_that_is_gone_is_no_signal", a_connection_that_is_gone_is_no_signal},
      {"no_thread_takes_a_signal", no_thread_takes_a_signal},
      {"calls_at_the_end", calls_at_the_end},
      {"a_cancelled_thread_ends_after_its_call", a_cancelled_thread_ends_after_its_call},
      {"small_stacks", small_stacks},
      {"no_thread_allowed", no_thread_allowed},
      {"a_child_keeps_no_journal_locked", a_child_keeps_no_journal_locked},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
