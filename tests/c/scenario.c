/* Runs one call and prints what a C program sees of it, for the scenario runner.
 * Usage: scenario CALL USER NOT_BEFORE ENDPOINT CLOUD API TIMEOUT_MS TOKEN; "-" stands for NULL. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *given(const char *text) { return strcmp(text, "-") == 0 ? NULL : text; }

static void show(const char *name, const char *value) {
  printf("%s=%s\n", name, value == NULL ? "" : value);
}

static int finish(int32_t status, graph_outcome *outcome) {
  int32_t expected;
  if (outcome == NULL) return 3;
  /* What is only shown is no success of its own. */
  expected = outcome->status < 100 && outcome->status != GRAPH_STATUS_SHOWN ? GRAPH_STATUS_OK : outcome->status;
  if (expected != status) return 3;
  show("status", graph_status_name(outcome->status));
  printf("http_status=%d\nattempts=%u\n", (int)outcome->http_status, (unsigned)outcome->attempts);
  show("user", outcome->user);
  show("code", outcome->code);
  show("message", outcome->message);
  show("hint", outcome->hint);
  graph_outcome_free(outcome);
  return 0;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  int32_t status;
  int result;
  if (argc != 9) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = given(argv[4]);
  options.cloud = given(argv[5]);
  options.api = given(argv[6]);
  options.timeout_ms = (uint32_t)strtoul(argv[7], NULL, 10);
  options.token = given(argv[8]);
  status = graph_client_new(&options, &client, &outcome);
  if (status != GRAPH_STATUS_OK) return finish(status, outcome);
  if (strcmp(argv[1], "verify") == 0) {
    const char *not_before = given(argv[3]);
    graph_outcome *accepted = NULL;
    if (not_before != NULL && strcmp(not_before, "accepted") == 0) {
      status = graph_client_invalidate(client, argv[2], NULL, &accepted);
      if (status != GRAPH_STATUS_OK) return finish(status, accepted);
      not_before = accepted->server_date;
    }
    status = graph_client_verify(client, argv[2], not_before, NULL, &outcome);
    graph_outcome_free(accepted);
  } else {
    status = graph_client_invalidate(client, argv[2], NULL, &outcome);
  }
  result = finish(status, outcome);
  graph_client_free(client);
  return result;
}
