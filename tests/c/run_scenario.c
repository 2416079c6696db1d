/* One run, described on standard input as lines of a name, a tab and a value; what it showed goes to standard output in
 * the same way. An empty line ends the description. The side that judges is tests/c_programs.rs. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_USERS 6000
#define MOST_EXCLUSIONS 16
#define MOST_TOKENS 8
#define MOST_HEADERS 8

struct description {
  const char *endpoint, *token, *api, *expect_tenant;
  uint32_t timeout_ms;
  graph_run_options options;
  const char *users[MOST_USERS], *exclusions[MOST_EXCLUSIONS], *tokens[MOST_TOKENS];
  const char *groups[MOST_EXCLUSIONS], *excluded_groups[MOST_EXCLUSIONS];
  graph_header headers[MOST_HEADERS];
  size_t users_len, exclusions_len, tokens_len, headers_len, groups_len, excluded_groups_len;
  long cancel_after;
};

static struct description it;

static const char *kept(const char *text) {
  char *copy = (char *)malloc(strlen(text) + 1);
  if (copy == NULL) exit(2);
  return strcpy(copy, text);
}

static int is(const char *name, const char *other) { return strcmp(name, other) == 0; }

static void set(const char *name, const char *value) {
  uint32_t number = (uint32_t)strtoul(value, NULL, 10);
  if (is(name, "endpoint")) it.endpoint = kept(value);
  else if (is(name, "token")) it.token = kept(value);
  else if (is(name, "api")) it.api = kept(value);
  else if (is(name, "timeout_ms")) it.timeout_ms = number;
  else if (is(name, "expect_tenant")) it.expect_tenant = kept(value);
  else if (strncmp(name, "header.", 7) == 0 && it.headers_len < MOST_HEADERS) {
    it.headers[it.headers_len].name = kept(name + 7);
    it.headers[it.headers_len++].value = kept(value);
  } else if (is(name, "throttle_priority")) it.options.throttle_priority = kept(value);
  else if (is(name, "journal")) it.options.journal = kept(value);
  else if (is(name, "resume")) it.options.resume = number;
  else if (is(name, "verify")) it.options.verify = number;
  else if (is(name, "dry_run")) it.options.dry_run = number;
  else if (is(name, "verify_journal")) it.options.verify_journal = number;
  else if (is(name, "allow_unresolved_exclusions")) it.options.allow_unresolved_exclusions = number;
  else if (is(name, "batch_size")) it.options.batch_size = number;
  else if (is(name, "concurrency")) it.options.concurrency = number;
  else if (is(name, "wait_ms")) it.options.wait_ms = number;
  else if (is(name, "deadline_ms")) it.options.deadline_ms = number;
  else if (is(name, "resume_within_ms")) it.options.resume_within_ms = number;
  else if (is(name, "ahead")) it.options.ahead = number;
  else if (is(name, "max_failures")) it.options.max_failures = number;
  else if (is(name, "filter")) it.options.filter = kept(value);
  else if (is(name, "everyone")) it.options.everyone = number;
  else if (is(name, "guests")) it.options.guests = number;
  else if (is(name, "allow_empty")) it.options.allow_empty = number;
  else if (is(name, "who")) it.options.who = number;
  else if (is(name, "group") && it.groups_len < MOST_EXCLUSIONS) it.groups[it.groups_len++] = kept(value);
  else if (is(name, "exclude_group") && it.excluded_groups_len < MOST_EXCLUSIONS) {
    it.excluded_groups[it.excluded_groups_len++] = kept(value);
  } else if (is(name, "rate")) it.options.rate = strtod(value, NULL);
  else if (is(name, "cancel_after")) it.cancel_after = (long)number;
  else if (is(name, "user") && it.users_len < MOST_USERS) it.users[it.users_len++] = kept(value);
  else if (is(name, "exclude") && it.exclusions_len < MOST_EXCLUSIONS) it.exclusions[it.exclusions_len++] = kept(value);
  else if (is(name, "token_when_needed") && it.tokens_len < MOST_TOKENS) it.tokens[it.tokens_len++] = kept(value);
  else {
    fprintf(stderr, "unknown: %s\n", name);
    exit(2);
  }
}

static void read_description(void) {
  char line[8192];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *tab = strchr(line, '\t');
    if (tab == NULL) return;
    *tab = '\0';
    tab[1 + strcspn(tab + 1, "\n")] = '\0';
    set(line, tab + 1);
  }
}

static void show_failure(const graph_outcome *failure, int32_t status) {
  printf("failure\t%s\t%s\n", graph_status_name(status), failure != NULL ? failure->message : "");
}

static void show_progress(const graph_run *run) {
  graph_progress progress;
  progress.struct_size = sizeof progress;
  if (graph_run_progress(run, &progress) != GRAPH_STATUS_OK) exit(3);
#define SHOW(field) printf("progress\t" #field "\t%lu\n", (unsigned long)progress.field)
  SHOW(added);
  SHOW(duplicates);
  SHOW(excluded);
  SHOW(accepted_before);
  SHOW(accepted);
  SHOW(verified);
  SHOW(failed);
  SHOW(planned);
  SHOW(waiting);
  SHOW(never_attempted);
  SHOW(in_flight);
  SHOW(unverified);
  SHOW(attempts);
  SHOW(throttled);
}

static void read_outcomes(graph_client *client, graph_run *run) {
  size_t next_token = 0;
  long outcomes = 0;
  for (;;) {
    graph_outcome *outcome = NULL;
    int32_t status = graph_run_next(run, 1000, &outcome);
    if (status == GRAPH_STATUS_RUN_DONE) return;
    if (status == GRAPH_STATUS_OK) {
      printf("outcome\t%s\t%s\n", outcome->user != NULL ? outcome->user : "", graph_status_name(outcome->status));
      if (++outcomes == it.cancel_after) graph_run_cancel(run);
    } else if (status == GRAPH_STATUS_RUN_TOKEN_NEEDED) {
      printf("needed\t\t\n");
      if (next_token == it.tokens_len) graph_run_cancel(run);
      else if (graph_client_set_token(client, it.tokens[next_token++], NULL) != GRAPH_STATUS_OK) exit(4);
    } else if (status != GRAPH_STATUS_RUN_TIMEOUT) {
      show_failure(outcome, status);
      graph_outcome_free(outcome);
      return;
    }
    graph_outcome_free(outcome);
  }
}

int main(void) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  int32_t status;
  it.options.struct_size = sizeof it.options;
  read_description();
  it.options.exclude = it.exclusions;
  it.options.exclude_len = it.exclusions_len;
  it.options.group = it.groups;
  it.options.group_len = it.groups_len;
  it.options.exclude_group = it.excluded_groups;
  it.options.exclude_group_len = it.excluded_groups_len;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = it.endpoint;
  options.token = it.token;
  options.api = it.api;
  options.timeout_ms = it.timeout_ms;
  options.expect_tenant = it.expect_tenant;
  options.headers = it.headers;
  options.headers_len = it.headers_len;
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 5;

  status = graph_run_new(client, &it.options, &run, &outcome);
  if (status != GRAPH_STATUS_OK) {
    show_failure(outcome, status);
  } else {
    if (outcome != NULL) printf("notice\t%s\t\n", outcome->message);
    if (graph_run_add(run, it.users, it.users_len, NULL) != GRAPH_STATUS_OK) return 6;
    if (graph_run_finish_input(run) != GRAPH_STATUS_OK) return 7;
    read_outcomes(client, run);
    show_progress(run);
  }
  graph_outcome_free(outcome);
  graph_run_free(run);
  graph_client_free(client);
  return 0;
}
