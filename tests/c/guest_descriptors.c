/* Descriptors: those of the standard streams are the host's while they are closed, few are kept, a shortage passes, and
 * what the host closed or opened is not touched. See guest.h. */

#define _GNU_SOURCE

#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int is_open(int number) { return fcntl(number, F_GETFD) != -1; }

static int count_open(void) {
  int count = 0;
  for (int number = 0; number < 1024; number++) count += is_open(number);
  return count;
}

static void limit_descriptors(rlim_t most) {
  struct rlimit limit;
  limit.rlim_cur = limit.rlim_max = most;
  EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* Nothing of ours is where the host's streams belong, and what the host writes there goes nowhere. */
static void closed_streams_stay_closed(void) {
  graph_client *client;
  graph_run *run = NULL;
  int was_open[60];
  said = fcntl(1, F_DUPFD, 60);
  for (int number = 0; number < 60; number++) was_open[number] = is_open(number);
  for (int number = 0; number < 3; number++) close(number);
  client = new_client();
  EXPECT(call(client) == GRAPH_STATUS_OK);
  for (int number = 0; number < 3; number++) EXPECT(!is_open(number));
  EXPECT(write(2, "a warning\n", 10) == -1 && errno == EBADF);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, "closed-streams.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  for (int number = 0; number < 3; number++) EXPECT(!is_open(number));
  EXPECT(whole_run(run) == -1);
  for (int number = 3; number < 60; number++)
    EXPECT(was_open[number] || !is_open(number) || fcntl(number, F_GETFD) & FD_CLOEXEC);
  graph_run_free(run);
  for (int number = 0; number < 3; number++) EXPECT(!is_open(number));
  EXPECT(new_run(client, "closed-streams.jsonl", 1, &run, NULL) == GRAPH_STATUS_OK);
  graph_run_free(run);
  graph_client_free(client);
}

static graph_client *shared;

static void *call_for(void *number) {
  char user[64];
  snprintf(user, sizeof user, "user%06d@contoso.example", (int)(intptr_t)number);
  return (void *)(intptr_t)graph_client_invalidate(shared, user, NULL, NULL);
}

/* Far more calls at once than there are descriptors: all are accepted, and the host has room as soon as they are
   over. */
static void a_burst_with_few_descriptors(void) {
  enum { CALLS = 200 };
  pthread_t threads[CALLS];
  void *status;
  int opened = 0;
  limit_descriptors(64);
  shared = new_client();
  for (intptr_t i = 0; i < CALLS; i++) EXPECT(pthread_create(&threads[i], NULL, call_for, (void *)(i + 1)) == 0);
  for (int i = 0; i < CALLS; i++) {
    pthread_join(threads[i], &status);
    EXPECT(status == NULL);
  }
  while (opened < 20 && open("/dev/null", O_RDONLY) >= 0) opened++;
  EXPECT(opened == 20);
  graph_client_free(shared);
}

/* After a burst nothing is left, though nobody calls and nothing is freed. */
static void a_burst_leaves_nothing(void) {
  enum { CALLS = 40 };
  pthread_t threads[CALLS];
  void *status;
  int before = count_open();
  shared = new_client();
  for (intptr_t i = 0; i < CALLS; i++) EXPECT(pthread_create(&threads[i], NULL, call_for, (void *)(i + 1)) == 0);
  for (int i = 0; i < CALLS; i++) {
    pthread_join(threads[i], &status);
    EXPECT(status == NULL);
  }
  for (int tenths = 0; count_open() > before && tenths < 300; tenths++) usleep(100000);
  EXPECT(count_open() == before);
  EXPECT(call(shared) == GRAPH_STATUS_OK);
  EXPECT(count_open() <= before + 8);
  graph_client_free(shared);
}

/* With no descriptor left, or too few: what is wrong and what helps. */
static void no_descriptor_left(void) {
  int taken[64], count;
  limit_descriptors(64);
  for (int left = 0; left < 6; left++) {
    graph_client_options options;
    graph_client *client = NULL;
    graph_run *run = NULL;
    graph_outcome *outcome = NULL;
    int32_t status;
    for (count = 0; count < 64 && (taken[count] = open("/dev/null", O_RDONLY)) >= 0;) count++;
    for (int i = 0; i < left; i++) close(taken[--count]);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.endpoint = endpoint;
    options.token = token;
    options.timeout_ms = 500;
    EXPECT(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
    status = graph_client_invalidate(client, USER, NULL, &outcome);
    EXPECT(status == GRAPH_STATUS_OK || status == GRAPH_STATUS_TOO_MANY_OPEN_FILES);
    EXPECT(status == GRAPH_STATUS_OK || strstr(outcome->hint, "ulimit -n") != NULL);
    graph_outcome_free(outcome);
    graph_client_free(client);
    client = new_client();
    status = new_run(client, "no-descriptor.jsonl", 1, &run, &outcome);
    EXPECT(status == GRAPH_STATUS_OK || status == GRAPH_STATUS_TOO_MANY_OPEN_FILES);
    EXPECT(status == GRAPH_STATUS_OK || strstr(outcome->hint, "ulimit -n") != NULL);
    graph_outcome_free(outcome);
    graph_run_free(run);
    graph_client_free(client);
    while (count > 0) close(taken[--count]);
  }
}

static void *free_them_later(void *taken) {
  usleep(300000);
  for (int *number = taken; *number >= 0; number++) close(*number);
  return NULL;
}

/* A shortage that ends within the timeout is waited for. */
static void a_shortage_passes(void) {
  int taken[65], count = 0;
  pthread_t thread;
  limit_descriptors(64);
  shared = new_client();
  EXPECT(pthread_create(&thread, NULL, free_them_later, taken) == 0);
  while (count < 64 && (taken[count] = open("/dev/null", O_RDONLY)) >= 0) count++;
  taken[count] = -1;
  EXPECT(call(shared) == GRAPH_STATUS_OK);
  pthread_join(thread, NULL);
  graph_client_free(shared);
}

/* As daemons do: everything is closed, and files of the host's own get the numbers. */
static int files[40];

static void close_everything(void) {
  char path[4096];
  for (int number = 3; number < 1024; number++) close(number);
  for (int i = 0; i < 40; i++) {
    snprintf(path, sizeof path, "%s/host-%d", folder, i);
    files[i] = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT(files[i] >= 0);
  }
}

static void expect_files_untouched_at(int line) {
  struct stat told;
  for (int i = 0; i < 40; i++) {
    int untouched = fstat(files[i], &told) == 0 && told.st_size == 0;
    if (!untouched) dprintf(said, "line %d: descriptor %d\n", line, files[i]);
    EXPECT(untouched);
  }
}

#define expect_files_untouched() expect_files_untouched_at(__LINE__)

static void what_the_host_closed_is_noticed(void) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  const char *users[] = {USER};
  EXPECT(call(client) == GRAPH_STATUS_OK);
  close_everything();
  EXPECT(call(client) == GRAPH_STATUS_OK);
  expect_files_untouched();
  EXPECT(new_run(client, "closed-below.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  close_everything();
  EXPECT(graph_run_add(run, users, 1, &outcome) == GRAPH_STATUS_DESCRIPTORS_CLOSED);
  EXPECT(outcome != NULL && outcome->hint != NULL);
  graph_outcome_free(outcome);
  graph_run_free(run);
  expect_files_untouched();
  graph_client_free(client);
  expect_files_untouched();
}

/* Hosts that close one descriptor too many: the number of a connection of ours is then that of a file of theirs. */
static int lowest_socket(const int *was_open) {
  struct stat told;
  for (int number = 3; number < 60; number++)
    if (!was_open[number] && fstat(number, &told) == 0 && S_ISSOCK(told.st_mode)) {
      struct sockaddr_storage peer;
      socklen_t length = sizeof peer;
      if (getpeername(number, (struct sockaddr *)&peer, &length) == 0) return number;
    }
  return -1;
}

static void take_over(int number) {
  char path[4096];
  EXPECT(number >= 0 && close(number) == 0);
  snprintf(path, sizeof path, "%s/host", folder);
  files[0] = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  EXPECT(files[0] == number);
}

static int is_untouched(int number) {
  struct stat told;
  return fstat(number, &told) == 0 && S_ISREG(told.st_mode) && told.st_size == 0;
}

static void one_descriptor_too_many_is_closed(void) {
  static const char *const users[] = {USER}, *const others[] = {"user000002@contoso.example"};
  graph_client *client = new_client();
  graph_call_queue *queue = NULL;
  graph_call_options options;
  graph_outcome *outcome = NULL;
  graph_run *run = NULL;
  int was_open[60], number;
  for (number = 0; number < 60; number++) was_open[number] = is_open(number);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  take_over(number = lowest_socket(was_open));
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(is_untouched(number));
  graph_client_free(client);
  EXPECT(is_untouched(number));
  close(number);

  client = new_client();
  EXPECT(new_run(client, "one-too-many.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(graph_run_add(run, users, 1, NULL) == GRAPH_STATUS_OK);
  EXPECT(graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK && outcome->status == GRAPH_STATUS_OK);
  graph_outcome_free(outcome);
  take_over(number = lowest_socket(was_open));
  EXPECT(graph_run_add(run, others, 1, NULL) == GRAPH_STATUS_OK);
  EXPECT(graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK && outcome->status == GRAPH_STATUS_OK);
  graph_outcome_free(outcome);
  graph_run_free(run);
  EXPECT(is_untouched(number));
  close(number);

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.user = USER;
  EXPECT(graph_call_queue_new(&queue) == GRAPH_STATUS_OK);
  for (int i = 0; i < 2; i++) {
    EXPECT(graph_call_queue_submit(queue, client, &options, NULL, 0, NULL) == GRAPH_STATUS_OK);
    EXPECT(graph_call_queue_next(queue, 20000, NULL, &outcome) == GRAPH_STATUS_OK);
    EXPECT(outcome->status == GRAPH_STATUS_OK);
    graph_outcome_free(outcome);
    if (i == 0) take_over(number = lowest_socket(was_open));
  }
  graph_call_queue_free(queue);
  graph_client_free(client);
  EXPECT(is_untouched(number));
}

/* Submits calls of these tags; each is for a user of its own. */
static void submit(graph_call_queue *queue, const graph_client *client, uint64_t from, uint64_t to,
                   const graph_cancellation *cancellation) {
  for (; from < to; from++) {
    graph_call_options options;
    char user[64];
    snprintf(user, sizeof user, "user%06d@contoso.example", (int)from + 1);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.user = user;
    EXPECT(graph_call_queue_submit(queue, client, &options, cancellation, from, NULL) == GRAPH_STATUS_OK);
  }
}

/* The next so many calls end in this way, each once, with what its caller needs to know. */
static void expect_ended(graph_call_queue *queue, uint64_t from, uint64_t to, int32_t status) {
  int seen[64] = {0};
  for (uint64_t i = from; i < to; i++) {
    graph_outcome *outcome = NULL;
    uint64_t tag = 0;
    EXPECT(graph_call_queue_next(queue, 20000, &tag, &outcome) == GRAPH_STATUS_OK);
    if (outcome->status != status) dprintf(said, "%d %s\n", (int)outcome->status, outcome->message);
    EXPECT(outcome->status == status);
    EXPECT(status == GRAPH_STATUS_OK || strstr(outcome->hint, "may have acted") != NULL);
    EXPECT(tag >= from && tag < to && seen[tag - from]++ == 0);
    EXPECT(strtol(outcome->user + 4, NULL, 10) == (long)tag + 1);
    graph_outcome_free(outcome);
  }
}

/* A queue that rests, one with calls under way, and one that is freed: its thread, which is there for a while after the
 * last call, leaves alone what is not its own any more. */
static void what_the_host_closed_below_a_queue_is_noticed(void) {
  enum { CALLS = 40 };
  graph_client *client = new_client();
  graph_call_queue *queue = NULL, *freed = NULL;
  graph_cancellation *cancellation = NULL;
  EXPECT(graph_call_queue_new(&queue) == GRAPH_STATUS_OK);
  EXPECT(graph_call_queue_new(&freed) == GRAPH_STATUS_OK);
  EXPECT(graph_cancellation_new(&cancellation) == GRAPH_STATUS_OK);

  submit(queue, client, 0, CALLS, NULL);
  expect_ended(queue, 0, CALLS, GRAPH_STATUS_OK);
  usleep(300000);
  close_everything();
  submit(queue, client, 0, CALLS, NULL);
  expect_ended(queue, 0, CALLS, GRAPH_STATUS_OK);
  expect_files_untouched();

  submit(queue, client, 0, CALLS, cancellation);
  submit(freed, client, 0, CALLS, NULL);
  sleep(1); /* all are sent by then, and none is answered */
  close_everything();
  graph_cancellation_cancel(cancellation);
  graph_call_queue_free(freed);
  expect_files_untouched();
  expect_ended(queue, 0, CALLS, GRAPH_STATUS_DESCRIPTORS_CLOSED);
  submit(queue, client, 0, CALLS, NULL);
  expect_ended(queue, 0, CALLS, GRAPH_STATUS_OK);
  expect_files_untouched();

  usleep(300000);
  close_everything();
  sleep(4);
  expect_files_untouched();
  submit(queue, client, 0, CALLS, NULL);
  expect_ended(queue, 0, CALLS, GRAPH_STATUS_OK);
  EXPECT(graph_call_queue_close(queue) == GRAPH_STATUS_OK);
  EXPECT(graph_call_queue_next(queue, 20000, NULL, NULL) == GRAPH_STATUS_QUEUE_DONE);
  graph_call_queue_free(queue);
  graph_cancellation_free(cancellation);
  graph_client_free(client);
  expect_files_untouched();
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"closed_streams_stay_closed", closed_streams_stay_closed},
      {"a_burst_with_few_descriptors", a_burst_with_few_descriptors},
      {"a_burst_leaves_nothing", a_burst_leaves_nothing},
      {"no_descriptor_left", no_descriptor_left},
      {"a_shortage_passes", a_shortage_passes},
      {"what_the_host_closed_is_noticed", what_the_host_closed_is_noticed},
      {"one_descriptor_too_many_is_closed", one_descriptor_too_many_is_closed},
      {"what_the_host_closed_below_a_queue_is_noticed", what_the_host_closed_below_a_queue_is_noticed},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
