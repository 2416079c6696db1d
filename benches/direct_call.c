/* Calls the C ABI directly: the baseline for what a language binding adds to a warm call.
 * Usage: direct_call ENDPOINT CALLS; the first line on stdin is the token. For each further line it makes so many
 * calls, reads and frees their outcomes, and prints how many seconds they took. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  static char line[16384];
  graph_client_options options;
  graph_client *client = NULL;
  int calls;
  if (argc != 3 || fgets(line, sizeof line, stdin) == NULL) return 2;
  calls = atoi(argv[2]);
  line[strcspn(line, "\n")] = '\0';
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = line;
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  while (fgets(line, sizeof line, stdin) != NULL) {
    double begin = now();
    int call;
    for (call = 0; call < calls; call++) {
      graph_outcome *outcome = NULL;
      if (graph_client_invalidate(client, "me", NULL, &outcome) != GRAPH_STATUS_OK) return 4;
      graph_outcome_free(outcome);
    }
    printf("%.9f\n", now() - begin);
    fflush(stdout);
  }
  graph_client_free(client);
  return 0;
}
