/* A panic inside each function comes back as a status, never through C.
 * Built against a library with the test-panic feature. Usage: panic ENDPOINT TOKEN */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int forced(const char *function) {
  return setenv("GRAPH_INVALIDATE_TEST_PANIC", function, 1);
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL, *none = NULL;
  graph_cancellation *cancellation = NULL;
  graph_outcome *outcome = NULL;
  if (argc != 3) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = argv[2];
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  if (graph_cancellation_new(&cancellation) != GRAPH_STATUS_OK) return 4;

  forced("graph_client_new");
  if (graph_client_new(&options, &none, &outcome) != GRAPH_STATUS_PANIC) return 5;
  if (none != NULL || outcome == NULL || outcome->status != GRAPH_STATUS_PANIC) return 6;
  if (strstr(outcome->message, "graph_client_new") == NULL || outcome->hint == NULL) return 7;
  forced("graph_outcome_free");
  graph_outcome_free(outcome); /* the outcome is lost, the process is not */
  forced("none");
  graph_outcome_free(outcome);
  forced("graph_client_invalidate");
  if (graph_client_invalidate(client, "me", NULL, NULL) != GRAPH_STATUS_PANIC) return 8;
  forced("graph_client_verify");
  if (graph_client_verify(client, "me", "x", NULL, NULL) != GRAPH_STATUS_PANIC) return 9;
  forced("graph_client_access");
  {
    graph_access *access = NULL;
    if (graph_client_access(client, &access, NULL) != GRAPH_STATUS_PANIC || access != NULL) return 17;
    forced("none");
    if (graph_client_access(client, &access, NULL) != GRAPH_STATUS_OK) return 18;
    forced("graph_access_free");
    graph_access_free(access); /* the access is lost, the process is not */
    forced("none");
    graph_access_free(access);
  }
  forced("graph_user_of_row");
  {
    const char *value = "adele@contoso.com";
    size_t index = 9;
    if (graph_user_of_row(NULL, &value, 1, &index, NULL) != GRAPH_STATUS_PANIC || index != 9) return 40;
  }
  forced("graph_client_set_token_counted");
  if (graph_client_set_token_counted(client, "x", 1, NULL) != GRAPH_STATUS_PANIC) return 60;
  forced("graph_client_set_token");
  if (graph_client_set_token(client, "x", NULL) != GRAPH_STATUS_PANIC) return 10;
  forced("graph_invalidate_all_refresh_tokens");
  if (graph_invalidate_all_refresh_tokens("me", "x") != GRAPH_STATUS_PANIC) return 11;
  forced("graph_cancellation_new");
  {
    graph_cancellation *other = NULL;
    if (graph_cancellation_new(&other) != GRAPH_STATUS_PANIC || other != NULL) return 12;
  }
  forced("graph_cancellation_cancel");
  graph_cancellation_cancel(cancellation);
  forced("graph_cancellation_free");
  graph_cancellation_free(cancellation);
  forced("graph_client_scope");
  if (graph_client_scope(client) != NULL) return 17;
  {
    graph_run *run = NULL, *no_run = NULL;
    graph_progress progress;
    progress.struct_size = sizeof progress;
    forced("none");
    if (graph_run_new(client, NULL, &run, NULL) != GRAPH_STATUS_OK) return 18;
    forced("graph_run_new");
    if (graph_run_new(client, NULL, &no_run, NULL) != GRAPH_STATUS_PANIC || no_run != NULL) return 19;
    forced("graph_run_new_counted");
    if (graph_run_new_counted(client, NULL, NULL, &no_run, NULL) != GRAPH_STATUS_PANIC || no_run != NULL) return 63;
    forced("graph_run_add_counted");
    if (graph_run_add_counted(run, NULL, NULL, 0, NULL) != GRAPH_STATUS_PANIC) return 61;
    forced("graph_run_set_token_counted");
    if (graph_run_set_token_counted(run, "x", 1, NULL) != GRAPH_STATUS_PANIC) return 62;
    forced("graph_run_add");
    if (graph_run_add(run, NULL, 0, NULL) != GRAPH_STATUS_PANIC) return 20;
    forced("graph_run_finish_input");
    if (graph_run_finish_input(run) != GRAPH_STATUS_PANIC) return 21;
    forced("graph_run_fail_input");
    if (graph_run_fail_input(run) != GRAPH_STATUS_PANIC) return 40;
    forced("graph_run_set_token");
    if (graph_run_set_token(run, "x", NULL) != GRAPH_STATUS_PANIC) return 27;
    forced("graph_run_progress");
    if (graph_run_progress(run, &progress) != GRAPH_STATUS_PANIC) return 22;
    forced("graph_run_next");
    if (graph_run_next(run, 0, NULL) != GRAPH_STATUS_PANIC) return 23;
    forced("graph_run_cancel");
    graph_run_cancel(run);
    forced("graph_run_free");
    graph_run_free(run);
    forced("none");
    if (graph_run_next(run, 0, NULL) != GRAPH_STATUS_RUN_TIMEOUT) return 24;
    graph_run_free(run);
  }
  forced("graph_client_access_online");
  if (graph_client_access_online(client, NULL, NULL, NULL, NULL) != GRAPH_STATUS_PANIC) return 19;
  {
    graph_call_queue *queue = NULL, *no_queue = NULL;
    forced("none");
    if (graph_call_queue_new(&queue) != GRAPH_STATUS_OK) return 28;
    forced("graph_call_queue_new");
    if (graph_call_queue_new(&no_queue) != GRAPH_STATUS_PANIC || no_queue != NULL) return 29;
    forced("graph_call_queue_submit");
    if (graph_call_queue_submit(queue, client, NULL, NULL, 1, NULL) != GRAPH_STATUS_PANIC) return 30;
    forced("graph_call_queue_next");
    if (graph_call_queue_next(queue, 0, NULL, NULL) != GRAPH_STATUS_PANIC) return 31;
    forced("graph_call_queue_close");
    if (graph_call_queue_close(queue) != GRAPH_STATUS_PANIC) return 32;
    forced("graph_call_queue_free");
    graph_call_queue_free(queue);
    forced("none");
    if (graph_call_queue_next(queue, 0, NULL, NULL) != GRAPH_STATUS_QUEUE_TIMEOUT) return 33;
    graph_call_queue_free(queue);
  }
  {
    graph_call_options options = {.struct_size = sizeof options, .kind = GRAPH_CALL_ACCESS};
    graph_enquiry *enquiry = NULL, *no_enquiry = NULL;
    forced("none");
    if (graph_enquiry_new(client, &options, NULL, &enquiry, NULL) != GRAPH_STATUS_OK) return 34;
    forced("graph_enquiry_new");
    if (graph_enquiry_new(client, &options, NULL, &no_enquiry, NULL) != GRAPH_STATUS_PANIC) return 35;
    forced("graph_enquiry_wait");
    if (no_enquiry != NULL || graph_enquiry_wait(enquiry, 0, NULL, NULL) != GRAPH_STATUS_PANIC) return 36;
    forced("graph_enquiry_free");
    graph_enquiry_free(enquiry);
    forced("none");
    graph_enquiry_free(enquiry);
  }
  forced("graph_client_call");
  if (graph_client_call(client, NULL, NULL, NULL) != GRAPH_STATUS_PANIC) return 25;
  forced("graph_client_access_with");
  if (graph_client_access_with(client, NULL, NULL, NULL, NULL) != GRAPH_STATUS_PANIC) return 26;
  forced("graph_client_sign_in");
  if (graph_client_sign_in(client, NULL, NULL) != GRAPH_STATUS_PANIC) return 18;
  forced("graph_client_free");
  graph_client_free(client);
  forced("graph_status_name");
  if (graph_status_name(0) != NULL) return 13;
  forced("graph_version");
  if (graph_version() != NULL) return 14;
  forced("graph_abi_version");
  if (graph_abi_version() != 0) return 15;

  forced("none");
  if (graph_client_invalidate(client, "me", NULL, NULL) != GRAPH_STATUS_OK) return 16;
  graph_cancellation_free(cancellation);
  graph_client_free(client);
  puts("ok");
  return 0;
}
