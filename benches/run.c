/* Runs over many users through the C ABI and pulls every outcome.
 * Usage: run ENDPOINT USERS JOURNAL|- finish|cancel; the token comes on stdin. The users are user000001@contoso.example
 * and so on. finish: prints how many seconds it took to the end. cancel: waits until all are on the way, cancels, and
 * prints how many seconds the end took. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static graph_progress progress_of(graph_run *run) {
  graph_progress progress;
  progress.struct_size = sizeof progress;
  if (graph_run_progress(run, &progress) != GRAPH_STATUS_OK) exit(5);
  return progress;
}

/* Adds as many users as the run wants; returns how many were added by now. */
static long feed(graph_run *run, long added, long users) {
  uint32_t wanted = progress_of(run).wanted;
  for (; wanted > 0 && added < users; wanted--) {
    char key[64];
    const char *keys[1];
    keys[0] = key;
    snprintf(key, sizeof key, "user%06ld@contoso.example", ++added);
    if (graph_run_add(run, keys, 1, NULL) != GRAPH_STATUS_OK) exit(6);
  }
  if (added == users) graph_run_finish_input(run);
  return added;
}

int main(int argc, char **argv) {
  static char token[16384];
  graph_client_options client_options;
  graph_run_options options;
  graph_client *client = NULL;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  long users, added = 0, pulled = 0;
  double begin;
  int32_t status;
  if (argc != 5 || fgets(token, sizeof token, stdin) == NULL) return 2;
  token[strcspn(token, "\n")] = '\0';
  users = atol(argv[2]);
  memset(&client_options, 0, sizeof client_options);
  client_options.struct_size = sizeof client_options;
  client_options.endpoint = argv[1];
  client_options.token = token;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.rate = INFINITY;
  options.concurrency = 16;
  if (strcmp(argv[3], "-") != 0) options.journal = argv[3];
  if (graph_client_new(&client_options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  begin = now();
  if (graph_run_new(client, &options, &run, NULL) != GRAPH_STATUS_OK) return 4;
  if (strcmp(argv[4], "cancel") == 0) {
    added = feed(run, added, users);
    while (progress_of(run).in_flight < (uint64_t)users) {
      struct timespec moment = {0, 1000000};
      nanosleep(&moment, NULL);
    }
    begin = now();
    graph_run_cancel(run);
  }
  do {
    if (added < users && pulled % 1024 == 0) added = feed(run, added, users);
    status = graph_run_next(run, 10, &outcome);
    if (status == GRAPH_STATUS_RUN_TIMEOUT && added < users) added = feed(run, added, users);
    if (outcome != NULL) pulled++;
    graph_outcome_free(outcome);
  } while (status == GRAPH_STATUS_OK || status == GRAPH_STATUS_RUN_TIMEOUT);
  printf("%.9f\n", now() - begin);
  if (status != GRAPH_STATUS_RUN_DONE) return 7;
  if (strcmp(argv[4], "finish") == 0 && pulled != users) return 8;
  graph_run_free(run);
  graph_client_free(client);
  return 0;
}
