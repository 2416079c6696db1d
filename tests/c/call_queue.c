/* Calls that are submitted and pulled. Usage: call_queue accepting|stalling|many|shared ENDPOINT TOKEN_A TOKEN_B */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 10000, DESCRIPTORS = 400 };

static graph_client *client;
static const char *tokens[2];
static const char *users[2] = {"a@contoso.com", "b@contoso.com"};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void pause_ms(long ms) {
  struct timespec time;
  time.tv_sec = ms / 1000;
  time.tv_nsec = ms % 1000 * 1000000;
  nanosleep(&time, NULL);
}

static int entries(const char *folder) {
  DIR *listing = opendir(folder);
  int count = 0;
  while (readdir(listing) != NULL) count++;
  closedir(listing);
  return count - 2;
}

static graph_client *make_client(const char *endpoint) {
  graph_client_options options;
  graph_client *made = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.timeout_ms = 600000; /* a busy machine takes its time */
  CHECK(graph_client_new(&options, &made, NULL) == GRAPH_STATUS_OK);
  return made;
}

static graph_call_queue *make_queue(void) {
  graph_call_queue *queue = NULL;
  CHECK(graph_call_queue_new(&queue) == GRAPH_STATUS_OK);
  return queue;
}

static graph_call_options options_of(const char *user, const char *token) {
  graph_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.user = user;
  options.token = token;
  return options;
}

static void submit(graph_call_queue *queue, uint64_t tag, uint32_t timeout_ms, const graph_cancellation *cancellation) {
  graph_call_options options = options_of(users[tag % 2], tokens[tag % 2]);
  options.timeout_ms = timeout_ms;
  CHECK(graph_call_queue_submit(queue, client, &options, cancellation, tag, NULL) == GRAPH_STATUS_OK);
}

/* The next call ends in this way. */
static uint64_t ends(graph_call_queue *queue, int32_t status) {
  graph_outcome *outcome = NULL;
  uint64_t tag = 0;
  CHECK(graph_call_queue_next(queue, 600000, &tag, &outcome) == GRAPH_STATUS_OK);
  if (outcome->status != status) {
    fprintf(stderr, "%s: %s\n", graph_status_name(outcome->status), outcome->message);
    exit(1);
  }
  CHECK(outcome->user[0] == "ab"[tag % 2]);
  graph_outcome_free(outcome);
  return tag;
}

static void refused(graph_call_queue *queue, const graph_call_options *options, int32_t status) {
  graph_outcome *failure = NULL;
  CHECK(graph_call_queue_submit(queue, client, options, NULL, 1, &failure) == status);
  CHECK(failure != NULL && failure->status == status && failure->message != NULL);
  graph_outcome_free(failure);
  CHECK(graph_call_queue_submit(queue, client, options, NULL, 1, NULL) == status);
}

static void check_arguments(void) {
  graph_call_queue *queue = make_queue();
  graph_call_options options = options_of("a@contoso.com", tokens[0]);

  CHECK(graph_call_queue_new(NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_call_queue_submit(NULL, client, &options, NULL, 1, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_call_queue_submit(queue, NULL, &options, NULL, 1, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_call_queue_next(NULL, 0, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_call_queue_close(NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  refused(queue, NULL, GRAPH_STATUS_NULL_ARGUMENT);
  options.user = NULL;
  refused(queue, &options, GRAPH_STATUS_NULL_ARGUMENT);
  options.user = "a/b";
  refused(queue, &options, GRAPH_STATUS_INVALID_USER);
  options.user = "a@contoso.com";
  options.kind = GRAPH_CALL_ACCESS;
  refused(queue, &options, GRAPH_STATUS_INVALID_OPTION);
  options.kind = GRAPH_CALL_INVALIDATE;
  options.token = NULL; /* and the client has none */
  refused(queue, &options, GRAPH_STATUS_TOKEN_MISSING);
  CHECK(graph_call_queue_next(queue, 0, NULL, NULL) == GRAPH_STATUS_QUEUE_TIMEOUT);
  CHECK(entries("/proc/self/task") == 1); /* nothing was submitted: there is no thread */

  CHECK(graph_call_queue_close(queue) == GRAPH_STATUS_OK);
  CHECK(graph_call_queue_next(queue, 60000, NULL, NULL) == GRAPH_STATUS_QUEUE_DONE);
  options.token = tokens[0];
  refused(queue, &options, GRAPH_STATUS_QUEUE_CLOSED);
  graph_call_queue_free(queue);
  graph_call_queue_free(NULL);
}

static void stays_with_its_process(graph_call_queue *queue) {
  graph_call_options options = options_of("a@contoso.com", tokens[0]);
  int status = 1;
  pid_t child = fork();
  if (child == 0) {
    graph_call_queue *own = NULL;
    if (graph_call_queue_submit(queue, client, &options, NULL, 2, NULL) != GRAPH_STATUS_QUEUE_FORKED) _exit(1);
    if (graph_call_queue_next(queue, 0, NULL, NULL) != GRAPH_STATUS_QUEUE_FORKED) _exit(2);
    if (graph_call_queue_close(queue) != GRAPH_STATUS_QUEUE_FORKED) _exit(3);
    graph_call_queue_free(queue);
    if (graph_call_queue_new(&own) != GRAPH_STATUS_OK) _exit(4);
    if (graph_call_queue_submit(own, client, &options, NULL, 2, NULL) != GRAPH_STATUS_OK) _exit(5);
    if (graph_call_queue_next(own, 60000, NULL, NULL) != GRAPH_STATUS_OK) _exit(6);
    graph_call_queue_free(own);
    _exit(0);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

static void accepting(const char *endpoint) {
  graph_call_queue *queue = make_queue();
  char seen[200] = {0};
  uint64_t i;

  check_arguments();
  for (i = 0; i < 200; i++) submit(queue, i, 0, NULL);
  for (i = 0; i < 200; i++) seen[ends(queue, GRAPH_STATUS_OK)]++;
  for (i = 0; i < 200; i++) CHECK(seen[i] == 1);
  stays_with_its_process(queue);

  /* The thread and the connections go by themselves, and come again. */
  for (i = 0; i < 200 && entries("/proc/self/task") > 1; i++) pause_ms(50);
  CHECK(entries("/proc/self/task") == 1);
  CHECK(entries("/proc/self/fd") < 8);
  submit(queue, 0, 0, NULL);
  CHECK(ends(queue, GRAPH_STATUS_OK) == 0);

  /* A client may be freed before its calls have ended. */
  for (i = 0; i < 20; i++) submit(queue, i, 0, NULL);
  graph_client_free(client);
  for (i = 0; i < 20; i++) ends(queue, GRAPH_STATUS_OK);
  CHECK(graph_call_queue_close(queue) == GRAPH_STATUS_OK);
  CHECK(graph_call_queue_next(queue, 60000, NULL, NULL) == GRAPH_STATUS_QUEUE_DONE);
  graph_call_queue_free(queue);
  client = make_client(endpoint);
}

/* Nobody answers. More calls than places: those that wait end like those that are on their way. */
static void stalling(void) {
  graph_call_queue *queue = make_queue();
  graph_cancellation *cancellation = NULL;
  double begin;
  uint64_t i;

  CHECK(graph_cancellation_new(&cancellation) == GRAPH_STATUS_OK);
  for (i = 0; i < DESCRIPTORS; i++) submit(queue, i, 0, cancellation);
  submit(queue, DESCRIPTORS, 0, NULL);
  CHECK(graph_call_queue_next(queue, 300, NULL, NULL) == GRAPH_STATUS_QUEUE_TIMEOUT);
  graph_cancellation_cancel(cancellation);
  graph_cancellation_free(cancellation);
  begin = now();
  for (i = 0; i < DESCRIPTORS; i++) ends(queue, GRAPH_STATUS_CANCELLED);
  CHECK(now() - begin < 5);
  CHECK(graph_call_queue_next(queue, 0, NULL, NULL) == GRAPH_STATUS_QUEUE_TIMEOUT);

  for (i = 0; i < DESCRIPTORS; i++) submit(queue, i, 400, NULL);
  begin = now();
  for (i = 0; i < DESCRIPTORS; i++) ends(queue, GRAPH_STATUS_DEADLINE_EXCEEDED);
  CHECK(now() - begin > 0.1 && now() - begin < 10);

  for (i = 0; i < DESCRIPTORS; i++) submit(queue, i, 0, NULL);
  pause_ms(300);
  begin = now();
  graph_call_queue_free(queue);
  CHECK(now() - begin < 5);
  CHECK(entries("/proc/self/task") == 1);
  CHECK(entries("/proc/self/fd") < 8);
}

/* As many as engines share, which the descriptors allow: each ends once, and what was left of a queue goes with it. */
static void shared(void) {
  graph_call_queue *queue = make_queue();
  char *seen = (char *)calloc(MANY, 1);
  int threads;
  uint64_t i;
  users[0] = "adele.vance@contoso.example";
  for (i = 0; i < MANY / 4; i++) submit(queue, i * 2, 0, NULL);
  threads = entries("/proc/self/task");
  fprintf(stderr, "%d threads\n", threads);
  CHECK(threads >= 2 && threads <= 5);
  for (i = 0; i < MANY / 4; i++) seen[ends(queue, GRAPH_STATUS_OK) / 2]++;
  for (i = 0; i < MANY / 4; i++) CHECK(seen[i] == 1);
  for (i = 0; i < MANY / 4; i++) submit(queue, i * 2, 0, NULL);
  free(seen);
  graph_call_queue_free(queue);
  CHECK(entries("/proc/self/task") == 1);
}

static void many(void) {
  graph_call_queue *queue = make_queue();
  char *seen = (char *)calloc(MANY, 1);
  int descriptors = 0, threads = 0;
  uint64_t i;
  users[0] = "adele.vance@contoso.example";
  for (i = 0; i < MANY; i++) submit(queue, i * 2, 0, NULL);
  for (i = 0; i < MANY; i++) {
    seen[ends(queue, GRAPH_STATUS_OK) / 2]++;
    if (i % 50 == 0) {
      int open = entries("/proc/self/fd"), running = entries("/proc/self/task");
      if (open > descriptors) descriptors = open;
      if (running > threads) threads = running;
    }
  }
  for (i = 0; i < MANY; i++) CHECK(seen[i] == 1);
  fprintf(stderr, "%d descriptors, %d threads\n", descriptors, threads);
  CHECK(descriptors > DESCRIPTORS / 4 && descriptors < DESCRIPTORS * 3 / 4);
  CHECK(threads == 2);
  free(seen);
  graph_call_queue_free(queue);
}

int main(int argc, char **argv) {
  struct rlimit limit;
  CHECK(argc == 5);
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = strcmp(argv[1], "shared") == 0 ? limit.rlim_max : DESCRIPTORS;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  tokens[0] = argv[3];
  tokens[1] = argv[4];
  client = make_client(argv[2]);
  if (strcmp(argv[1], "accepting") == 0) accepting(argv[2]);
  if (strcmp(argv[1], "stalling") == 0) stalling();
  if (strcmp(argv[1], "many") == 0) many();
  if (strcmp(argv[1], "shared") == 0) shared();
  graph_client_free(client);
  puts("ok");
  return 0;
}
