/* Signs in with whatever this machine offers, at last by asking a person, and signs a user out. Usage: sign_in USER */

#include <graph_invalidate.h>

#include <stdio.h>
#include <string.h>

static int fail(graph_outcome *outcome) {
  fprintf(stderr, "%s: %s\n", graph_status_name(outcome->status), outcome->message);
  if (outcome->hint != NULL) fprintf(stderr, "  %s\n", outcome->hint);
  graph_outcome_free(outcome);
  return 1;
}

int main(int argc, char **argv) {
  graph_credential_options credential;
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  int32_t status;
  if (argc != 2) return 2;

  memset(&credential, 0, sizeof credential);
  credential.struct_size = sizeof credential;
  credential.kind = "chain"; /* environment, workload identity, managed identity, Azure CLI, device code */
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.credential = &credential;
  if (graph_client_new(&options, &client, &outcome) != GRAPH_STATUS_OK) return fail(outcome);

  /* Where it takes a person, the first answer is the text to show; asking again waits for them. */
  status = graph_client_sign_in(client, NULL, &outcome);
  if (status == GRAPH_STATUS_SIGN_IN_PENDING) printf("%s\n", outcome->message);
  while (status == GRAPH_STATUS_SIGN_IN_PENDING) {
    graph_outcome_free(outcome);
    status = graph_client_sign_in(client, NULL, &outcome);
  }
  if (status != GRAPH_STATUS_OK) {
    graph_client_free(client);
    return fail(outcome);
  }
  printf("%s\n", outcome->message);
  graph_outcome_free(outcome);

  status = graph_client_invalidate(client, argv[1], NULL, &outcome);
  graph_client_free(client);
  if (status != GRAPH_STATUS_OK) return fail(outcome);
  printf("%s: %s\n", outcome->user, graph_status_name(outcome->status));
  graph_outcome_free(outcome);
  return 0;
}
