/* Signs many users out, verified and on record. Usage: run JOURNAL < LIST, one user a line, with the token in
 * GRAPH_INVALIDATE_TOKEN. Run it again with the same journal to go on where it ended. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void report(const graph_outcome *outcome) {
  if (outcome == NULL) return;
  printf("%s: %s", outcome->user != NULL ? outcome->user : "run", graph_status_name(outcome->status));
  if (outcome->message != NULL) printf(": %s", outcome->message);
  if (outcome->status >= 100 && outcome->hint != NULL) printf("\n  %s", outcome->hint);
  printf("\n");
}

/* Adds lines of the list, as many as the run wants: neither side has to hold the whole list. */
static void feed(graph_run *run) {
  char line[2048];
  graph_progress progress;
  progress.struct_size = sizeof progress;
  if (graph_run_progress(run, &progress) != GRAPH_STATUS_OK) return;
  for (; progress.wanted > 0; progress.wanted--) {
    const char *user = line;
    if (fgets(line, sizeof line, stdin) == NULL) {
      graph_run_finish_input(run);
      return;
    }
    if (line[strspn(line, " \t\r\n")] != '\0') graph_run_add(run, &user, 1, NULL);
  }
}

int main(int argc, char **argv) {
  graph_client_options client_options;
  graph_run_options run_options;
  graph_client *client = NULL;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  int32_t status;
  int failures = 0;
  if (argc != 2) {
    fprintf(stderr, "usage: run JOURNAL < LIST\n");
    return 2;
  }

  memset(&client_options, 0, sizeof client_options);
  client_options.struct_size = sizeof client_options;
  client_options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  memset(&run_options, 0, sizeof run_options);
  run_options.struct_size = sizeof run_options;
  run_options.journal = argv[1];
  run_options.resume = 1;
  run_options.verify = 1;
  run_options.tell_users_wanted = 1;

  status = graph_client_new(&client_options, &client, &outcome);
  if (status == GRAPH_STATUS_OK) status = graph_run_new(client, &run_options, &run, &outcome);
  report(outcome);
  graph_outcome_free(outcome);
  while (status == GRAPH_STATUS_OK || status == GRAPH_STATUS_RUN_TIMEOUT || status == GRAPH_STATUS_RUN_USERS_WANTED) {
    status = graph_run_next(run, 60000, &outcome);
    if (status == GRAPH_STATUS_RUN_USERS_WANTED) feed(run);
    /* RUN_TOKEN_NEEDED ends this program; one that can sign in would give a new token and read on. */
    report(outcome);
    if (outcome != NULL && outcome->status >= 100) failures++;
    graph_outcome_free(outcome);
  }

  graph_run_free(run);
  graph_client_free(client);
  return status == GRAPH_STATUS_RUN_DONE && failures == 0 ? 0 : 1;
}
