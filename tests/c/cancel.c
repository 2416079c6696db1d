/* A call that is stalled ends within 100 ms of the signal; the signal is freed while the call holds it.
 * Usage: cancel ENDPOINT TOKEN, against a server that never answers. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static graph_client *client;
static graph_cancellation *cancellation;
static double ended;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *call(void *status) {
  *(int32_t *)status = graph_client_invalidate(client, "me", cancellation, NULL);
  ended = seconds();
  return NULL;
}

int main(int argc, char **argv) {
  graph_client_options options;
  pthread_t thread;
  struct timespec pause = {0, 300000000};
  int32_t status = -1;
  double begin;
  if (argc != 3) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = argv[2];
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  if (graph_cancellation_new(&cancellation) != GRAPH_STATUS_OK) return 4;
  pthread_create(&thread, NULL, call, &status);
  nanosleep(&pause, NULL);
  begin = seconds();
  graph_cancellation_cancel(cancellation);
  graph_cancellation_free(cancellation);
  pthread_join(thread, NULL);
  graph_client_free(client);
  if (status != GRAPH_STATUS_CANCELLED) return 5;
  if (ended - begin > 0.1) return 6;
  puts("ok");
  return 0;
}
