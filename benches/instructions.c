/* Calls whose instructions are counted from outside. Usage: instructions ENDPOINT CALLS AT_ONCE; the token comes on
 * stdin. So many threads make so many calls each, one after another; with one thread the program's own makes them. */

#include <graph_invalidate.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static graph_client *client;
static int calls;

static void *call(void *unused) {
  (void)unused;
  for (int i = 0; i < calls; i++) {
    graph_outcome *outcome = NULL;
    if (graph_client_invalidate(client, "adele.vance@contoso.example", NULL, &outcome) != GRAPH_STATUS_OK) {
      fprintf(stderr, "%s\n", outcome != NULL ? outcome->message : "no outcome");
      exit(4);
    }
    graph_outcome_free(outcome);
  }
  return NULL;
}

int main(int argc, char **argv) {
  static char token[16384];
  static pthread_t threads[1024];
  graph_client_options options;
  int at_once;
  if (argc != 4 || fgets(token, sizeof token, stdin) == NULL) return 2;
  calls = atoi(argv[2]);
  at_once = atoi(argv[3]);
  if (at_once < 1 || at_once > 1024) return 2;
  token[strcspn(token, "\n")] = '\0';
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = token;
  options.timeout_ms = 300000;
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  if (at_once == 1) call(NULL);
  else {
    for (int i = 0; i < at_once; i++) {
      if (pthread_create(&threads[i], NULL, call, NULL) != 0) return 5;
    }
    for (int i = 0; i < at_once; i++) pthread_join(threads[i], NULL);
  }
  graph_client_free(client);
  return 0;
}
