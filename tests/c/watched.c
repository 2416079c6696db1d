/* Two threads that share a client, and a run: for the tools that watch memory and threads. The token and the endpoint
 * are those of the environment. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static graph_client *client;

static void *three_calls(void *failed) {
  for (int i = 0; i < 3; i++)
    if (graph_client_invalidate(client, "user000001@contoso.example", NULL, NULL) != GRAPH_STATUS_OK) *(int *)failed = 1;
  return NULL;
}

int main(void) {
  graph_client_options options;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  pthread_t threads[2];
  int failed[2] = {0, 0}, accepted = 0;
  int32_t status;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, three_calls, &failed[i]);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  if (failed[0] || failed[1]) return 4;
  if (graph_run_new(client, NULL, &run, NULL) != GRAPH_STATUS_OK) return 5;
  for (int i = 1; i <= 40; i++) {
    char text[64];
    const char *user = text;
    snprintf(text, sizeof text, "user%06d@contoso.example", i);
    graph_run_add(run, &user, 1, NULL);
  }
  graph_run_finish_input(run);
  while ((status = graph_run_next(run, 20000, &outcome)) == GRAPH_STATUS_OK) {
    accepted += outcome->status == GRAPH_STATUS_OK;
    graph_outcome_free(outcome);
  }
  if (status != GRAPH_STATUS_RUN_DONE || accepted != 40) return 6;
  graph_run_free(run);
  graph_client_free(client);
  puts("ok");
  return 0;
}
