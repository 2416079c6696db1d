/* Signing in and asking about a token, waited for in steps. Usage: enquiry answering|stalling ENDPOINT TOKEN */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static graph_call_options options_of(uint32_t kind) {
  graph_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.kind = kind;
  return options;
}

/* A client with a credential, which has nobody's token yet. */
static graph_client *make_client(const char *endpoint) {
  graph_client_options options;
  graph_credential_options credential;
  graph_client *made = NULL;
  memset(&options, 0, sizeof options);
  memset(&credential, 0, sizeof credential);
  credential.struct_size = sizeof credential;
  credential.kind = "client-secret";
  credential.tenant = "contoso.example";
  credential.client_id = "aaaaaaaa-0000-4000-8000-000000000003";
  credential.client_secret = "emulated-secret";
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.credential = &credential;
  options.timeout_ms = 600000; /* a busy machine takes its time */
  CHECK(graph_client_new(&options, &made, NULL) == GRAPH_STATUS_OK);
  return made;
}

static graph_enquiry *ask(graph_client *client, graph_call_options options, graph_cancellation *cancellation) {
  graph_enquiry *enquiry = NULL;
  CHECK(graph_enquiry_new(client, &options, cancellation, &enquiry, NULL) == GRAPH_STATUS_OK);
  CHECK(enquiry != NULL);
  return enquiry;
}

static void refused(graph_client *client, graph_call_options options) {
  graph_enquiry *enquiry = (graph_enquiry *)&options;
  graph_outcome *failure = NULL;
  CHECK(graph_enquiry_new(client, &options, NULL, &enquiry, &failure) == GRAPH_STATUS_INVALID_OPTION);
  CHECK(enquiry == NULL && failure->status == GRAPH_STATUS_INVALID_OPTION);
  graph_outcome_free(failure);
}

static void answering(graph_client *client, const char *token) {
  graph_call_options options = options_of(GRAPH_CALL_SIGN_IN);
  graph_enquiry *enquiry = NULL;
  graph_outcome *outcome = NULL;
  graph_access *access = NULL;

  enquiry = ask(client, options, NULL);
  CHECK(graph_enquiry_wait(enquiry, 600000, &access, &outcome) == GRAPH_STATUS_OK);
  CHECK(access == NULL && outcome->status == GRAPH_STATUS_SIGNED_IN);
  graph_outcome_free(outcome);
  CHECK(graph_enquiry_wait(enquiry, 0, NULL, &outcome) == GRAPH_STATUS_QUEUE_DONE && outcome == NULL);
  graph_enquiry_free(enquiry);

  options.kind = GRAPH_CALL_ACCESS_ONLINE;
  options.user = "adele.vance@contoso.example";
  enquiry = ask(client, options, NULL);
  CHECK(graph_enquiry_wait(enquiry, 600000, &access, &outcome) == GRAPH_STATUS_OK);
  CHECK(outcome == NULL && strcmp(access->kind, "application") == 0);
  graph_access_free(access);
  graph_enquiry_free(enquiry);

  /* The token of the call, of which nothing but its claims is asked. */
  options = options_of(GRAPH_CALL_ACCESS);
  options.token = token;
  enquiry = ask(client, options, NULL);
  CHECK(graph_enquiry_wait(enquiry, 600000, &access, NULL) == GRAPH_STATUS_OK);
  CHECK(strcmp(access->kind, "delegated") == 0);
  graph_access_free(access);
  graph_enquiry_free(enquiry);

  options = options_of(GRAPH_CALL_INVALIDATE);
  refused(client, options);
  options = options_of(GRAPH_CALL_SIGN_IN);
  options.token = token;
  refused(client, options);
  options = options_of(GRAPH_CALL_SIGN_IN);
  CHECK(graph_enquiry_new(client, &options, NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_enquiry_new(NULL, &options, NULL, &enquiry, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_enquiry_wait(NULL, 0, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  graph_enquiry_free(NULL);
}

/* Nobody answers. */
static void stalling(graph_client *client) {
  graph_cancellation *cancellation = NULL;
  graph_enquiry *enquiry = NULL, *others = NULL;
  graph_outcome *outcome = NULL;
  double begin;
  int status = 1;
  pid_t child;

  CHECK(graph_cancellation_new(&cancellation) == GRAPH_STATUS_OK);
  enquiry = ask(client, options_of(GRAPH_CALL_SIGN_IN), cancellation);
  others = ask(client, options_of(GRAPH_CALL_ACCESS_ONLINE), NULL);
  CHECK(graph_enquiry_wait(enquiry, 200, NULL, NULL) == GRAPH_STATUS_QUEUE_TIMEOUT);

  child = fork();
  if (child == 0) {
    if (graph_enquiry_wait(enquiry, 0, NULL, NULL) != GRAPH_STATUS_QUEUE_FORKED) _exit(1);
    graph_enquiry_free(enquiry);
    _exit(0);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);

  /* Freed, it is waited for by nobody, and the signal of another one is not given by that. */
  begin = now();
  graph_enquiry_free(others);
  CHECK(now() - begin < 5);
  CHECK(graph_enquiry_wait(enquiry, 0, NULL, NULL) == GRAPH_STATUS_QUEUE_TIMEOUT);
  graph_cancellation_cancel(cancellation);
  CHECK(graph_enquiry_wait(enquiry, 5000, NULL, &outcome) == GRAPH_STATUS_CANCELLED);
  CHECK(outcome->status == GRAPH_STATUS_CANCELLED);
  graph_outcome_free(outcome);
  graph_enquiry_free(enquiry);
  graph_cancellation_free(cancellation);
}

int main(int argc, char **argv) {
  graph_client *client = NULL;
  CHECK(argc == 4);
  client = make_client(argv[2]);
  if (strcmp(argv[1], "answering") == 0) {
    answering(client, argv[3]);
  } else {
    stalling(client);
  }
  graph_client_free(client);
  puts("ok");
  return 0;
}
