/* Several identities share one client: the token of a call, and of a run, goes with that call or run and with no other.
 * Usage: identities ENDPOINT CLIENT_TOKEN TOKEN_A TOKEN_B, against a server that accepts everything and keeps what it
 * is sent. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static graph_client *client;
static char **tokens; /* the client's, A's and B's */

static graph_call_options options_of(const char *user, const char *token) {
  graph_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.user = user;
  options.token = token;
  return options;
}

/* Calls for its own user with its own token, both given with a length and no end. */
static void *call_often(void *identity) {
  int i = *(int *)identity, round;
  char user[32], token[4096];
  sprintf(user, "%c@contoso.com???", "cab"[i]);
  sprintf(token, "%s???", tokens[i]);
  for (round = 0; round < 30; round++) {
    graph_call_options options = options_of(user, token);
    graph_outcome *outcome = NULL;
    options.user_len = strlen(user) - 3;
    options.token_len = strlen(token) - 3;
    CHECK(graph_client_call(client, &options, NULL, &outcome) == GRAPH_STATUS_OK);
    CHECK(strncmp(outcome->user, user, options.user_len) == 0 && strlen(outcome->user) == options.user_len);
    graph_outcome_free(outcome);
  }
  return NULL;
}

/* Replaces the client's own token, which is nobody else's concern, and calls with it. */
static void *replace_often(void *unused) {
  int round;
  (void)unused;
  for (round = 0; round < 30; round++) {
    graph_call_options options = options_of("c@contoso.com", NULL);
    CHECK(graph_client_set_token(client, tokens[0], NULL) == GRAPH_STATUS_OK);
    CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_OK);
    CHECK(graph_client_invalidate(client, "c@contoso.com", NULL, NULL) == GRAPH_STATUS_OK);
  }
  return NULL;
}

static graph_run *begin_run(const char *token) {
  graph_run_options options;
  graph_run *run = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = token;
  CHECK(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  return run;
}

static void finish_run(graph_run *run, const char *user) {
  graph_outcome *outcome = NULL;
  CHECK(graph_run_add(run, &user, 1, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK && outcome->status == GRAPH_STATUS_OK);
  graph_outcome_free(outcome);
  CHECK(graph_run_next(run, 20000, NULL) == GRAPH_STATUS_RUN_DONE);
  graph_run_free(run);
}

static void check_arguments(void) {
  graph_call_options options = options_of("a\0b", tokens[1]);
  graph_outcome *outcome = NULL;
  graph_access *access = NULL;

  CHECK(graph_client_call(NULL, &options, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_client_call(client, NULL, NULL, &outcome) == GRAPH_STATUS_NULL_ARGUMENT);
  graph_outcome_free(outcome);
  options.user_len = 3;
  CHECK(graph_client_call(client, &options, NULL, &outcome) == GRAPH_STATUS_INVALID_UTF8);
  CHECK(strstr(outcome->message, "NUL character (U+0000) at byte 1") != NULL);
  graph_outcome_free(outcome);
  options = options_of(NULL, tokens[1]); /* nobody, and not the caller */
  CHECK(graph_client_call(client, &options, NULL, &outcome) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(strstr(outcome->hint, "me for the signed-in user") != NULL);
  graph_outcome_free(outcome);
  options.user = "me";
  options.token = "two tokens";
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_TOKEN_MALFORMED);
  options.token = tokens[1];
  options.kind = GRAPH_CALL_ACCESS;
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_INVALID_OPTION);
  options.kind = GRAPH_CALL_INVALIDATE;
  CHECK(graph_client_access_with(client, &options, NULL, &access, NULL) == GRAPH_STATUS_INVALID_OPTION);
  CHECK(access == NULL);
  options.not_before = "2026-11-24T10:00:00Z";
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_INVALID_OPTION);
  options.not_before = "0001-01-01T00:00:00Z";
  options.kind = GRAPH_CALL_VERIFY;
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_INVALID_TIME);
  options.reserved = 1;
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_INVALID_OPTION);
  options.reserved = 0;
  /* Shorter than the first header had it. */
  options.struct_size -= 16;
  CHECK(graph_client_call(client, &options, NULL, NULL) == GRAPH_STATUS_INVALID_OPTION);

  options = options_of(NULL, tokens[1]);
  options.kind = GRAPH_CALL_ACCESS;
  CHECK(graph_client_access_with(client, &options, NULL, &access, NULL) == GRAPH_STATUS_OK);
  CHECK(strcmp(access->tenant, "aaaaaaaa-0000-4000-8000-00000000000a") == 0);
  graph_access_free(access);
  CHECK(graph_client_access_with(client, &options, NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
}

int main(int argc, char **argv) {
  pthread_t threads[9];
  int identities[8];
  int i;
  graph_client_options options;
  graph_run *runs[2];
  CHECK(argc == 5);
  tokens = argv + 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = tokens[0];
  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  check_arguments();

  for (i = 0; i < 8; i++) {
    identities[i] = 1 + i % 2;
    pthread_create(&threads[i], NULL, call_often, &identities[i]);
  }
  pthread_create(&threads[8], NULL, replace_often, NULL);
  for (i = 0; i < 9; i++) pthread_join(threads[i], NULL);

  /* Runs outlive the client, and keep their tokens. */
  runs[0] = begin_run(tokens[1]);
  runs[1] = begin_run(tokens[1]);
  CHECK(graph_run_set_token(runs[1], NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_set_token(NULL, tokens[2], NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_set_token(runs[1], tokens[2], NULL) == GRAPH_STATUS_OK);
  CHECK(graph_client_set_token(client, tokens[2], NULL) == GRAPH_STATUS_OK);
  graph_client_free(client);
  finish_run(runs[0], "a-of-a-run@contoso.com");
  finish_run(runs[1], "b-of-a-run@contoso.com");
  puts("ok");
  return 0;
}
