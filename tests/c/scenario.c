/* Runs one call and prints what a C program sees of it, for the scenario runner.
 * Usage: scenario CALL USER NAME=VALUE ...; not_before and the fields of graph_client_options by their names,
 * header.NAME=VALUE for a header, environment.NAME=VALUE for a variable; no others are set. What is not given stays
 * zero. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_HEADERS 8
#define MOST_VARIABLES 8

static graph_header headers[MOST_HEADERS];

static graph_variable environment[MOST_VARIABLES];

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
  show("sessions_valid_from", outcome->sessions_valid_from);
  graph_outcome_free(outcome);
  return 0;
}

/* The place of an option that is a text. */
static const char **place(const char *name, graph_client_options *options) {
  if (strcmp(name, "token") == 0) return &options->token;
  if (strcmp(name, "endpoint") == 0) return &options->endpoint;
  if (strcmp(name, "cloud") == 0) return &options->cloud;
  if (strcmp(name, "api") == 0) return &options->api;
  if (strcmp(name, "proxy") == 0) return &options->proxy;
  if (strcmp(name, "ca_file") == 0) return &options->ca_file;
  if (strcmp(name, "expect_tenant") == 0) return &options->expect_tenant;
  return NULL;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  const char *not_before = NULL;
  int32_t status;
  int result, i;
  if (argc < 3) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.headers = headers;
  options.environment = environment;
  for (i = 3; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    const char **text;
    if (value == NULL) return 2;
    *value++ = '\0';
    text = place(argv[i], &options);
    if (text != NULL) *text = value;
    else if (strcmp(argv[i], "not_before") == 0) not_before = value;
    else if (strcmp(argv[i], "timeout_ms") == 0) options.timeout_ms = (uint32_t)strtoul(value, NULL, 10);
    else if (strncmp(argv[i], "header.", 7) == 0 && options.headers_len < MOST_HEADERS) {
      headers[options.headers_len].name = argv[i] + 7;
      headers[options.headers_len++].value = value;
    } else if (strncmp(argv[i], "environment.", 12) == 0 && options.environment_len < MOST_VARIABLES) {
      environment[options.environment_len].name = argv[i] + 12;
      environment[options.environment_len++].value = value;
    } else return 2;
  }
  status = graph_client_new(&options, &client, &outcome);
  if (status != GRAPH_STATUS_OK) return finish(status, outcome);
  if (strcmp(argv[1], "verify") == 0) {
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
