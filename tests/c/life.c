/* The whole life of every handle, and every answer to arguments that C can get wrong.
 * Usage: life ENDPOINT TOKEN, against a server that accepts everything. Written to be C99 and C++11 at once. */

#include <graph_invalidate.h>

#include "check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static graph_client_options options_for(const char *endpoint, const char *token) {
  graph_client_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.token = token;
  options.timeout_ms = 600000; /* a busy machine takes its time */
  return options;
}

/* A client cannot be made of these options, and the failure says why. */
static void refused(const graph_client_options *options, int32_t status) {
  graph_client *client = (graph_client *)1;
  graph_outcome *failure = (graph_outcome *)1;
  CHECK(graph_client_new(options, &client, &failure) == status);
  CHECK(client == NULL && failure != NULL);
  CHECK(failure->status == status && failure->message != NULL && failure->user == NULL);
  graph_outcome_free(failure);
  CHECK(graph_client_new(options, &client, NULL) == status);
}

static void check_versions(void) {
  char version[64];
  sprintf(version, "%d.%d.%d", GRAPH_INVALIDATE_VERSION_MAJOR, GRAPH_INVALIDATE_VERSION_MINOR,
          GRAPH_INVALIDATE_VERSION_PATCH);
  CHECK(strcmp(graph_version(), version) == 0);
  CHECK(graph_abi_version() == GRAPH_INVALIDATE_ABI_VERSION);
  CHECK(strcmp(graph_status_name(GRAPH_STATUS_OK), "accepted") == 0);
  CHECK(strcmp(graph_status_name(GRAPH_STATUS_THROTTLED), "throttled") == 0);
  CHECK(graph_status_name(-1) == NULL && graph_status_name(99999) == NULL);
}

static void check_options(const char *endpoint, const char *token) {
  graph_client_options options = options_for(endpoint, token);
  graph_header header;
  struct {
    graph_client_options known;
    size_t unknown;
  } newer;

  options.struct_size = 0;
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options.struct_size = sizeof options - 1;
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options.struct_size = (size_t)-1;
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options = options_for(endpoint, token);
  options.flags = 0xdeadbeef;
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options = options_for("ftp://x", token);
  refused(&options, GRAPH_STATUS_INVALID_ENDPOINT);
  options = options_for("http://far.example", token);
  refused(&options, GRAPH_STATUS_HOST_REFUSED);
  options = options_for("", token);
  refused(&options, GRAPH_STATUS_EMPTY_ARGUMENT);
  options = options_for("\xff\xfe", token);
  refused(&options, GRAPH_STATUS_INVALID_UTF8);
  options = options_for(endpoint, "two tokens");
  refused(&options, GRAPH_STATUS_TOKEN_MALFORMED);
  options = options_for(endpoint, token);
  options.cloud = "mars";
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options = options_for(endpoint, token);
  options.api = "v2.0";
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options = options_for(endpoint, token);
  options.ca_file = "/nonexistent";
  refused(&options, GRAPH_STATUS_INVALID_CA_FILE);
  options = options_for(endpoint, token);
  options.expect_tenant = "contoso.com";
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  options = options_for(endpoint, token);
  options.headers_len = 1;
  refused(&options, GRAPH_STATUS_NULL_ARGUMENT);
  header.name = "Authorization";
  header.value = "x";
  options.headers = &header;
  refused(&options, GRAPH_STATUS_INVALID_HEADER);
  header.name = NULL;
  refused(&options, GRAPH_STATUS_NULL_ARGUMENT);

  memset(&newer, 0, sizeof newer);
  newer.known = options_for(endpoint, token);
  newer.known.struct_size = sizeof newer;
  {
    graph_client *client = NULL;
    CHECK(graph_client_new(&newer.known, &client, NULL) == GRAPH_STATUS_OK);
    graph_client_free(client);
  }
  newer.unknown = 1;
  refused(&newer.known, GRAPH_STATUS_INVALID_OPTION);
  CHECK(graph_client_new(NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
}

/* A client cannot be made of this credential. */
static void credential_refused(const graph_credential_options *credential, int32_t status) {
  graph_client_options options = options_for("http://127.0.0.1:9", NULL);
  options.credential = credential;
  refused(&options, status);
}

static void check_credentials(const char *endpoint, const char *token) {
  graph_client_options options;
  graph_credential_options credential;
  graph_variable variable;
  graph_client *client = NULL;

  memset(&credential, 0, sizeof credential);
  credential_refused(&credential, GRAPH_STATUS_INVALID_OPTION);
  credential.struct_size = sizeof credential;
  credential_refused(&credential, GRAPH_STATUS_NULL_ARGUMENT);
  credential.kind = "divination";
  credential_refused(&credential, GRAPH_STATUS_INVALID_CREDENTIAL);
  credential.kind = "client-secret";
  credential_refused(&credential, GRAPH_STATUS_INVALID_CREDENTIAL);
  credential.tenant = "contoso.com/evil";
  credential.client_id = "aaaaaaaa-0000-4000-8000-000000000003";
  credential.client_secret = "hush";
  credential_refused(&credential, GRAPH_STATUS_INVALID_CREDENTIAL);
  credential.tenant = "contoso.com";
  credential.client_secret = "";
  credential_refused(&credential, GRAPH_STATUS_EMPTY_ARGUMENT);
  credential.client_secret = "hush\nhush";
  credential_refused(&credential, GRAPH_STATUS_INVALID_CREDENTIAL);
  credential.client_secret = "hush";
  credential.authority = "http://far.example";
  credential_refused(&credential, GRAPH_STATUS_HOST_REFUSED);
  credential.authority = NULL;
  credential.flags = 1;
  credential_refused(&credential, GRAPH_STATUS_INVALID_OPTION);
  credential.flags = 0;
  credential.send_certificate_chain = 2;
  credential_refused(&credential, GRAPH_STATUS_INVALID_OPTION);
  credential.send_certificate_chain = 1; /* of no use to a secret */
  credential_refused(&credential, GRAPH_STATUS_INVALID_CREDENTIAL);
  credential.send_certificate_chain = 0;
  credential.certificate_len = 1;
  credential_refused(&credential, GRAPH_STATUS_NULL_ARGUMENT);
  credential.certificate_len = 0;
  credential.environment_len = 1;
  credential_refused(&credential, GRAPH_STATUS_NULL_ARGUMENT);
  credential.environment = &variable;
  variable.name = "AZURE_CLIENT_SECRET";
  variable.value = NULL;
  credential_refused(&credential, GRAPH_STATUS_NULL_ARGUMENT);

  options = options_for(endpoint, token);
  options.credential = &credential;
  variable.value = "hush";
  credential.client_secret = NULL; /* now the variable's */
  refused(&options, GRAPH_STATUS_INVALID_OPTION); /* a token and a credential */
  options.token = NULL;
  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  graph_client_free(client);
}

/* The environment that is handed over is read instead of the process's own, by the same rules. */
static void check_environment(const char *endpoint, const char *token) {
  graph_client_options options = options_for(NULL, token);
  graph_variable variables[2];
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;

  options.environment_len = 1;
  refused(&options, GRAPH_STATUS_NULL_ARGUMENT);
  options.environment = variables;
  variables[0].name = "GRAPH_INVALIDATE_ENDPOINT";
  variables[0].value = NULL;
  refused(&options, GRAPH_STATUS_NULL_ARGUMENT);
  variables[0].value = "https://gateway.contoso.example";
  refused(&options, GRAPH_STATUS_HOST_REFUSED);
  variables[0].value = "http://127.0.0.1:9/\xff";
  refused(&options, GRAPH_STATUS_INVALID_ENDPOINT);
  variables[0].value = endpoint;
  variables[1].name = "GRAPH_INVALIDATE_EXPECT_TENANT";
  variables[1].value = "\xff";
  options.environment_len = 2;
  refused(&options, GRAPH_STATUS_INVALID_OPTION);
  variables[1].value = "11111111-2222-4333-8444-555555555555";

  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_client_invalidate(client, "me", NULL, NULL) == GRAPH_STATUS_TOKEN_WRONG_TENANT);
  graph_client_free(client);
  options.environment_len = 1;
  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_client_invalidate(client, "me", NULL, &outcome) == GRAPH_STATUS_OK && outcome->http_status == 200);
  graph_outcome_free(outcome);
  graph_client_free(client);
}

/* A call fails in this way, with details and without. */
static void fails(const graph_client *client, const char *user, int32_t status) {
  graph_outcome *outcome = (graph_outcome *)1;
  CHECK(graph_client_invalidate(client, user, NULL, &outcome) == status);
  CHECK(outcome != NULL && outcome->status == status && outcome->message != NULL);
  graph_outcome_free(outcome);
  CHECK(graph_client_invalidate(client, user, NULL, NULL) == status);
}

static void check_calls(const char *endpoint, const char *token) {
  graph_client_options options = options_for(endpoint, NULL);
  graph_client *client = NULL;
  graph_cancellation *cancellation = NULL;
  graph_outcome *outcome = NULL;

  CHECK(graph_client_new(&options, &client, &outcome) == GRAPH_STATUS_OK && outcome == NULL);
  fails(client, "adele@contoso.com", GRAPH_STATUS_TOKEN_MISSING);
  CHECK(graph_client_sign_in(client, NULL, NULL) == GRAPH_STATUS_TOKEN_MISSING);
  CHECK(graph_client_set_token(client, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_client_set_token(client, "", NULL) == GRAPH_STATUS_EMPTY_ARGUMENT);
  CHECK(graph_client_set_token(client, "\xff", NULL) == GRAPH_STATUS_INVALID_UTF8);
  CHECK(graph_client_set_token(NULL, token, &outcome) == GRAPH_STATUS_NULL_ARGUMENT);
  graph_outcome_free(outcome);
  CHECK(graph_client_set_token(client, token, NULL) == GRAPH_STATUS_OK);

  CHECK(graph_client_sign_in(client, NULL, &outcome) == GRAPH_STATUS_OK); /* the token is there */
  CHECK(outcome->status == GRAPH_STATUS_SIGNED_IN && outcome->message != NULL);
  graph_outcome_free(outcome);
  CHECK(graph_client_sign_in(NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);

  CHECK(strcmp(graph_client_scope(client), "https://graph.microsoft.com/.default") == 0);
  CHECK(graph_client_scope(NULL) == NULL);

  fails(NULL, "me", GRAPH_STATUS_NULL_ARGUMENT);
  fails(client, "", GRAPH_STATUS_EMPTY_ARGUMENT);
  fails(client, " \t", GRAPH_STATUS_EMPTY_ARGUMENT);
  fails(client, "a\xff", GRAPH_STATUS_INVALID_UTF8);
  fails(client, "a/b", GRAPH_STATUS_INVALID_USER);
  CHECK(graph_client_invalidate(client, "a\xc0\x80z", NULL, &outcome) == GRAPH_STATUS_INVALID_UTF8);
  CHECK(strstr(outcome->message, "NUL character (U+0000) at byte 1") != NULL);
  graph_outcome_free(outcome);

  CHECK(graph_client_invalidate(client, "adele@contoso.com", NULL, &outcome) == GRAPH_STATUS_OK);
  CHECK(outcome->struct_size == sizeof *outcome && outcome->status == GRAPH_STATUS_OK);
  CHECK(outcome->http_status == 200 && outcome->attempts == 1 && outcome->headers_len > 0);
  CHECK(strcmp(outcome->user, "adele@contoso.com") == 0 && outcome->time != NULL);
  CHECK(outcome->code == NULL && outcome->client_request_id != NULL);
  CHECK(graph_client_verify(client, "me", "yesterday", NULL, NULL) == GRAPH_STATUS_INVALID_TIME);
  CHECK(graph_client_verify(client, NULL, "2026-11-24T10:00:00Z", NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  graph_outcome_free(outcome);
  {
    graph_call_options call;
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    call.user = "adele@contoso.com";
    call.token = token;
    call.timeout_ms = 600000; /* a busy machine takes its time */
    CHECK(graph_client_call(client, &call, NULL, &outcome) == GRAPH_STATUS_OK && outcome->http_status == 200);
    graph_outcome_free(outcome);
    call.kind = GRAPH_CALL_VERIFY; /* against a server that answers with no user: nothing is shown */
    CHECK(graph_client_call(client, &call, NULL, &outcome) == GRAPH_STATUS_SHOWN);
    CHECK(outcome->status == GRAPH_STATUS_SHOWN && strstr(outcome->message, "does not show") != NULL);
    graph_outcome_free(outcome);
    CHECK(graph_client_verify(client, "me", NULL, NULL, NULL) == GRAPH_STATUS_SHOWN);
    CHECK(graph_client_verify(client, "me", "0001-01-01T00:00:00Z", NULL, NULL) == GRAPH_STATUS_INVALID_TIME);
    CHECK(graph_client_verify(client, "me", "9999-12-31T00:00:00Z", NULL, NULL) == GRAPH_STATUS_INVALID_TIME);
  }
  fails(client, NULL, GRAPH_STATUS_NULL_ARGUMENT); /* a user who is missing is not the caller */
  CHECK(graph_client_invalidate(client, "me", NULL, NULL) == GRAPH_STATUS_OK);

  CHECK(graph_cancellation_new(NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_cancellation_new(&cancellation) == GRAPH_STATUS_OK);
  CHECK(graph_client_invalidate(client, "me", cancellation, NULL) == GRAPH_STATUS_OK);
  graph_cancellation_cancel(cancellation);
  graph_cancellation_cancel(cancellation);
  CHECK(graph_client_invalidate(client, "me", cancellation, &outcome) == GRAPH_STATUS_CANCELLED);
  graph_outcome_free(outcome);
  graph_cancellation_free(cancellation);
  graph_client_free(client);

  graph_client_free(NULL);
  graph_outcome_free(NULL);
  graph_cancellation_free(NULL);
  graph_cancellation_cancel(NULL);
}

/* What is found for a job, or NULL. */
static const graph_access_finding *found(const graph_access *access, const char *job) {
  size_t i;
  for (i = 0; i < access->findings_len; i++) {
    if (strcmp(access->findings[i]->job, job) == 0) return access->findings[i];
  }
  return NULL;
}

static void check_access(const char *endpoint, const char *token) {
  graph_client_options options = options_for(endpoint, NULL);
  graph_client *client = NULL;
  graph_access *access = (graph_access *)1;
  graph_outcome *failure = (graph_outcome *)1;
  const char *const jobs[] = {"me", "others", "administrators", "verification"};
  size_t i;

  CHECK(graph_client_access(NULL, &access, &failure) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(access == NULL && failure != NULL && failure->message != NULL);
  graph_outcome_free(failure);
  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_client_access(client, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);

  CHECK(graph_client_access(client, &access, &failure) == GRAPH_STATUS_OK && failure == NULL);
  CHECK(access->status == GRAPH_STATUS_TOKEN_MISSING && access->hint != NULL);
  CHECK(access->kind == NULL && access->permissions == NULL && access->permissions_len == 0);
  CHECK(access->directory_roles == NULL && access->directory_roles_len == 0);
  for (i = 0; i < 4; i++) CHECK(strcmp(found(access, jobs[i])->verdict, "refused") == 0);
  graph_access_free(access);

  CHECK(graph_client_set_token(client, token, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_client_access_online(NULL, NULL, NULL, &access, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_client_access_online(client, NULL, NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_client_access_online(client, "a/b", NULL, &access, NULL) == GRAPH_STATUS_INVALID_USER);
  CHECK(graph_client_access(client, &access, NULL) == GRAPH_STATUS_OK);
  CHECK(access->struct_size == sizeof *access && access->status == GRAPH_STATUS_OK);
  CHECK(access->message == NULL && strcmp(access->kind, "delegated") == 0);
  CHECK(strcmp(access->cloud, "global") == 0 && strcmp(access->endpoint, endpoint) == 0);
  CHECK(access->permissions_len == 1);
  CHECK(strcmp(access->permissions[0], "User.RevokeSessions.All") == 0);
  CHECK(access->findings_len == 4 && access->findings[0]->struct_size == sizeof *found(access, "me"));
  CHECK(strcmp(found(access, "me")->verdict, "allowed") == 0 && found(access, "me")->hint == NULL);
  CHECK(strcmp(found(access, "others")->verdict, "unknown") == 0);
  CHECK(found(access, "verification")->reason != NULL && found(access, "verification")->hint != NULL);
  graph_access_free(access);
  graph_access_free(NULL);
  graph_client_free(client);
}

static void check_one_call(const char *token) {
  CHECK(graph_invalidate_all_refresh_tokens("adele@contoso.com", token) == GRAPH_STATUS_OK);
  CHECK(graph_invalidate_all_refresh_tokens("me", token) == GRAPH_STATUS_OK);
  CHECK(graph_invalidate_all_refresh_tokens(NULL, token) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_invalidate_all_refresh_tokens("me", NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_invalidate_all_refresh_tokens("me", "") == GRAPH_STATUS_EMPTY_ARGUMENT);
  CHECK(graph_invalidate_all_refresh_tokens("", token) == GRAPH_STATUS_EMPTY_ARGUMENT);
  CHECK(graph_invalidate_all_refresh_tokens("\xff", token) == GRAPH_STATUS_INVALID_UTF8);
}

static void check_rows(void) {
  const char *names[] = {"Id", "User", "Risk level", NULL};
  const char *values[] = {"3f2504e0-4f89-41d3-9a0c-0305e82c3301", "adele@contoso.com", "high", NULL};
  size_t index = 9;
  graph_outcome *failure = (graph_outcome *)1;
  CHECK(graph_user_of_row(names, values, 4, &index, &failure) == GRAPH_STATUS_OK && index == 1 && failure == NULL);
  values[1] = "Adele Vance";
  CHECK(graph_user_of_row(names, values, 4, &index, NULL) == GRAPH_STATUS_EMPTY_ARGUMENT && index == 4);
  CHECK(graph_user_of_row(names, values, 4, &index, &failure) == GRAPH_STATUS_EMPTY_ARGUMENT);
  CHECK(strstr(failure->message, "\"Id\", \"User\"") != NULL && failure->hint != NULL);
  graph_outcome_free(failure);
  values[2] = "b@contoso.com\xff";
  CHECK(graph_user_of_row(NULL, values, 2, &index, NULL) == GRAPH_STATUS_OK && index == 0);
  CHECK(graph_user_of_row(NULL, NULL, 0, &index, NULL) == GRAPH_STATUS_EMPTY_ARGUMENT && index == 0);
  CHECK(graph_user_of_row(names, NULL, 2, &index, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_user_of_row(names, values, 2, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_user_of_row(names, values, SIZE_MAX, &index, NULL) == GRAPH_STATUS_INVALID_OPTION);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  check_versions();
  check_options(argv[1], argv[2]);
  check_credentials(argv[1], argv[2]);
  check_environment(argv[1], argv[2]);
  check_calls(argv[1], argv[2]);
  check_access(argv[1], argv[2]);
  check_one_call(argv[2]);
  check_rows();
  puts("ok");
  return 0;
}
