/* Signs a user out, and proves it. Usage: client USER, with the token in GRAPH_INVALIDATE_TOKEN. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says what became of a call, and what to do next. */
static void report(const graph_outcome *outcome) {
  if (outcome == NULL) return;
  printf("%s: %s", outcome->user != NULL ? outcome->user : "client",
         graph_status_name(outcome->status));
  if (outcome->message != NULL) printf(": %s", outcome->message);
  if (outcome->hint != NULL) printf("\n  %s", outcome->hint);
  if (outcome->request_id != NULL) printf("\n  request-id %s", outcome->request_id);
  printf("\n");
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *accepted = NULL;
  graph_outcome *verified = NULL;
  int32_t status;
  if (argc != 2) {
    fprintf(stderr, "usage: client USER\n");
    return 2;
  }

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  options.timeout_ms = 60000;

  status = graph_client_new(&options, &client, &accepted);
  if (status == GRAPH_STATUS_OK) {
    status = graph_client_invalidate(client, argv[1], NULL, &accepted);
  }
  report(accepted);
  if (status == GRAPH_STATUS_OK) {
    status = graph_client_verify(client, argv[1], accepted->server_date, NULL, &verified);
    report(verified);
  }

  graph_outcome_free(verified);
  graph_outcome_free(accepted);
  graph_client_free(client);
  return status == GRAPH_STATUS_OK ? 0 : 1;
}
