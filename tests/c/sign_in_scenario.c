/* Signs in and acts as it is told, and prints what a C program sees of it, for the scenario runner.
 * Usage: sign_in_scenario NAME=VALUE ...; endpoint, cloud, timeout_ms, user and the fields of graph_credential_options
 * by their names, variable.NAME=VALUE for the environment, and call=sign_in or call=invalidate as often as wanted. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 32

static graph_variable variables[MOST];
static const char *calls[MOST];
static size_t variables_len, calls_len;

static void show(const char *name, const char *value) {
  printf("%s=%s\n", name, value == NULL ? "" : value);
}

static int finish(graph_outcome *outcome) {
  if (outcome == NULL) return 3;
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
static const char **place(const char *name, graph_client_options *options,
                          graph_credential_options *credential) {
  if (strcmp(name, "endpoint") == 0) return &options->endpoint;
  if (strcmp(name, "cloud") == 0) return &options->cloud;
  if (strcmp(name, "proxy") == 0) return &options->proxy;
  if (strcmp(name, "ca_file") == 0) return &options->ca_file;
  if (strcmp(name, "kind") == 0) return &credential->kind;
  if (strcmp(name, "tenant") == 0) return &credential->tenant;
  if (strcmp(name, "client_id") == 0) return &credential->client_id;
  if (strcmp(name, "client_secret") == 0) return &credential->client_secret;
  if (strcmp(name, "certificate_file") == 0) return &credential->certificate_file;
  if (strcmp(name, "certificate_password") == 0) return &credential->certificate_password;
  if (strcmp(name, "federated_token_file") == 0) return &credential->federated_token_file;
  if (strcmp(name, "assertion_from") == 0) return &credential->assertion_from;
  if (strcmp(name, "audience") == 0) return &credential->audience;
  if (strcmp(name, "service_connection_id") == 0) return &credential->service_connection_id;
  if (strcmp(name, "identity_client_id") == 0) return &credential->identity_client_id;
  if (strcmp(name, "object_id") == 0) return &credential->object_id;
  if (strcmp(name, "resource_id") == 0) return &credential->resource_id;
  if (strcmp(name, "scopes") == 0) return &credential->scopes;
  if (strcmp(name, "authority") == 0) return &credential->authority;
  return NULL;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_credential_options credential;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  const char *user = NULL;
  int32_t status;
  size_t i;
  int result;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  memset(&credential, 0, sizeof credential);
  credential.struct_size = sizeof credential;
  /* Not NULL: nothing of the process's own environment. */
  credential.environment = variables;
  for (; argc > 1; argc--, argv++) {
    char *value = strchr(argv[1], '=');
    const char *name = argv[1];
    const char **text;
    if (value == NULL) return 2;
    *value++ = '\0';
    text = place(name, &options, &credential);
    if (text != NULL) *text = value;
    else if (strcmp(name, "user") == 0) user = value;
    else if (strcmp(name, "timeout_ms") == 0) options.timeout_ms = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(name, "send_certificate_chain") == 0) credential.send_certificate_chain = value[0] == '1';
    else if (strcmp(name, "certificate") == 0) {
      /* In base64, as Key Vault gives one. */
      credential.certificate = (const uint8_t *)value;
      credential.certificate_len = strlen(value);
    } else if (strcmp(name, "token_proxy") == 0) credential.token_proxy = value[0] == '1';
    else if (strcmp(name, "call") == 0 && calls_len < MOST) calls[calls_len++] = value;
    else if (strncmp(name, "variable.", 9) == 0 && variables_len < MOST) {
      variables[variables_len].name = name + 9;
      variables[variables_len++].value = value;
    } else return 2;
  }
  credential.environment_len = variables_len;
  options.credential = &credential;
  status = graph_client_new(&options, &client, &outcome);
  for (i = 0; i < calls_len && status < 100; i++) {
    graph_outcome_free(outcome);
    if (strcmp(calls[i], "sign_in") == 0) status = graph_client_sign_in(client, NULL, &outcome);
    else status = graph_client_invalidate(client, user, NULL, &outcome);
    if (outcome == NULL || (status == GRAPH_STATUS_SIGN_IN_PENDING) != (outcome->status == GRAPH_STATUS_SIGN_IN_PENDING)) return 4;
  }
  result = finish(outcome);
  graph_client_free(client);
  return result;
}
