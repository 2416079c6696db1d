/* The median of warm calls of the C ABI in microseconds: warm_call ENDPOINT COUNT, the token from the environment. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  int count = argc == 3 ? atoi(argv[2]) : 0;
  double *times = calloc((size_t)count + 1, sizeof *times);
  int call;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  if (count < 1 || times == NULL || graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 2;
  for (call = -2000; call < count; call++) {
    graph_outcome *outcome = NULL;
    double begin = microseconds();
    if (graph_client_invalidate(client, NULL, NULL, &outcome) != GRAPH_STATUS_OK) return 3;
    graph_outcome_free(outcome);
    if (call >= 0) times[call] = microseconds() - begin;
  }
  qsort(times, (size_t)count, sizeof *times, compare);
  printf("%f\n", times[count / 2]);
  graph_client_free(client);
  free(times);
  return 0;
}
