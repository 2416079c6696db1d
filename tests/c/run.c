/* The whole life of a run, and every answer to arguments that C can get wrong.
 * Usage: run ENDPOINT TOKEN JOURNAL, against an emulator. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include "check.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static graph_client *client_for(const char *endpoint, const char *token) {
  graph_client_options options;
  graph_client *client = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.token = token;
  CHECK(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  return client;
}

static graph_run_options defaults(void) {
  graph_run_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  return options;
}

/* Reads to the end; counts the good outcomes. Each is told to the caller's counter of failures otherwise. */
static int read_all(graph_run *run, int *failures) {
  int good = 0, patience = 60;
  for (;;) {
    graph_outcome *outcome = (graph_outcome *)1;
    int32_t status = graph_run_next(run, 1000, &outcome);
    if (status == GRAPH_STATUS_RUN_DONE) {
      CHECK(outcome == NULL);
      return good;
    }
    if (status == GRAPH_STATUS_RUN_TIMEOUT) {
      CHECK(outcome == NULL && --patience > 0);
      continue;
    }
    CHECK(status == GRAPH_STATUS_OK && outcome != NULL && outcome->user != NULL);
    if (outcome->status < 100) good++;
    else ++*failures;
    graph_outcome_free(outcome);
  }
}

static void refused(graph_client *client, const graph_run_options *options, int32_t status) {
  graph_run *run = (graph_run *)1;
  graph_outcome *failure = (graph_outcome *)1;
  CHECK(graph_run_new(client, options, &run, &failure) == status);
  CHECK(run == NULL && failure != NULL && failure->message != NULL);
  graph_outcome_free(failure);
}

static void check_arguments(graph_client *client) {
  graph_run_options options = defaults();
  graph_run *run = NULL;
  graph_progress progress;
  const char *users[3] = {"adele.vance@contoso.example", NULL, "x"};

  CHECK(graph_run_new(client, NULL, NULL, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_new(NULL, NULL, &run, NULL) == GRAPH_STATUS_NULL_ARGUMENT && run == NULL);
  options.struct_size = 3;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.flags = 1;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.verify = 2;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.batch_size = 21;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.rate = -1.0;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.resume = 1;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.dry_run = 1;
  options.verify_journal = 1;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);
  options = defaults();
  options.journal = "/";
  refused(client, &options, GRAPH_STATUS_JOURNAL_UNUSABLE);
  options = defaults();
  options.exclude_len = 1;
  refused(client, &options, GRAPH_STATUS_NULL_ARGUMENT);

  CHECK(graph_run_new(client, NULL, &run, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_add(NULL, users, 1, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_add(run, NULL, 0, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_add(run, NULL, 2, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_progress(NULL, &progress) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_progress(run, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  progress.struct_size = 1;
  CHECK(graph_run_progress(run, &progress) == GRAPH_STATUS_INVALID_OPTION);
  progress.struct_size = sizeof progress;
  CHECK(graph_run_progress(run, &progress) == GRAPH_STATUS_OK);
  CHECK(progress.added == 0 && progress.wanted > 0 && progress.struct_size == sizeof progress);
  CHECK(graph_run_next(run, 0, NULL) == GRAPH_STATUS_RUN_TIMEOUT);
  CHECK(graph_run_finish_input(NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(graph_run_add(run, users, 1, NULL) == GRAPH_STATUS_RUN_CLOSED);
  CHECK(graph_run_next(run, 5000, NULL) == GRAPH_STATUS_RUN_DONE);
  CHECK(graph_run_next(run, 0, NULL) == GRAPH_STATUS_RUN_DONE);
  CHECK(graph_run_next(NULL, 0, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  graph_run_cancel(run);
  graph_run_cancel(NULL);
  graph_run_free(run);
  graph_run_free(NULL);
}

static void *add_slowly(void *run) {
  const char *users[4] = {"o'brien@contoso.example", "a+b@contoso.example", "nobody@contoso.example",
                          "j\xc3\xb6rg@contoso.example"};
  const struct timespec pause = {0, 30000000};
  int i;
  for (i = 0; i < 4; i++) {
    CHECK(graph_run_add((graph_run *)run, &users[i], 1, NULL) == GRAPH_STATUS_OK);
    nanosleep(&pause, NULL);
  }
  CHECK(graph_run_finish_input((graph_run *)run) == GRAPH_STATUS_OK);
  return NULL;
}

/* One thread adds while another reads, and the client is freed before the run. */
static void check_streaming(const char *endpoint, const char *token) {
  graph_client *client = client_for(endpoint, token);
  graph_run_options options = defaults();
  graph_run *run = NULL;
  pthread_t adder;
  int failures = 0;
  options.verify = 1;
  CHECK(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  graph_client_free(client);
  CHECK(pthread_create(&adder, NULL, add_slowly, run) == 0);
  CHECK(read_all(run, &failures) == 3 && failures == 1);
  pthread_join(adder, NULL);
  graph_run_free(run);
}

static void check_journal(graph_client *client, const char *journal) {
  graph_run_options options = defaults();
  graph_run *run = NULL, *second = NULL;
  graph_outcome *notice = NULL;
  graph_progress progress;
  const char *users[2] = {"adele.vance@contoso.example", "o'brien@contoso.example"};
  int failures = 0;
  options.journal = journal;
  CHECK(graph_run_new(client, &options, &run, &notice) == GRAPH_STATUS_OK && notice == NULL);
  CHECK(graph_run_add(run, users, 2, NULL) == GRAPH_STATUS_OK);
  options.resume = 1;
  CHECK(graph_run_new(client, &options, &second, NULL) == GRAPH_STATUS_JOURNAL_LOCKED);
  options.resume = 0;
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(read_all(run, &failures) == 2 && failures == 0);
  graph_run_free(run);
  refused(client, &options, GRAPH_STATUS_JOURNAL_EXISTS);

  options.resume = 1;
  CHECK(graph_run_new(client, &options, &run, &notice) == GRAPH_STATUS_OK);
  CHECK(notice != NULL && notice->status == GRAPH_STATUS_OK);
  CHECK(strstr(notice->message, "2 accepted") != NULL);
  graph_outcome_free(notice);
  CHECK(graph_run_add(run, users, 2, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(read_all(run, &failures) == 0);
  progress.struct_size = sizeof progress;
  CHECK(graph_run_progress(run, &progress) == GRAPH_STATUS_OK);
  CHECK(progress.accepted_before == 2 && progress.attempts == 0);
  graph_run_free(run);
}

/* What is no key is a failed outcome of its own, shown as far as it can be, and the others go on; also when resumed. */
static void check_malformed(graph_client *client, const char *journal) {
  static const char *const users[] = {"adele.vance@contoso.example", NULL, "", "ad\xc0\x80x", "\xed\xa0\xbdx", "ab\xff",
                                      "o'brien@contoso.example"};
  static const struct {
    int32_t status;
    const char *user, *said;
  } expected[] = {
      {GRAPH_STATUS_NULL_ARGUMENT, NULL, "user is NULL"},
      {GRAPH_STATUS_EMPTY_ARGUMENT, NULL, "empty"},
      {GRAPH_STATUS_INVALID_UTF8, "ad\xef\xbf\xbdx", "a NUL character (U+0000) at byte 2"},
      {GRAPH_STATUS_INVALID_UTF8, "\xef\xbf\xbdx", "half of a surrogate pair (U+D83D) at byte 0"},
      {GRAPH_STATUS_INVALID_UTF8, "ab\xef\xbf\xbd", "not valid UTF-8 from byte 2"},
  };
  graph_run_options options = defaults();
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  int round, good;
  size_t bad;
  options.journal = journal;
  for (round = 0; round < 2; round++) {
    CHECK(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
    CHECK(graph_run_add(run, users, 7, NULL) == GRAPH_STATUS_OK);
    CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
    good = 0;
    bad = 0;
    while (graph_run_next(run, 5000, &outcome) != GRAPH_STATUS_RUN_DONE) {
      CHECK(outcome != NULL);
      if (outcome->status < 100) {
        good++;
      } else {
        CHECK(bad < 5 && outcome->status == expected[bad].status && strstr(outcome->message, expected[bad].said) != NULL);
        CHECK((outcome->user == NULL) == (expected[bad].user == NULL));
        CHECK(outcome->user == NULL || strcmp(outcome->user, expected[bad].user) == 0);
        bad++;
      }
      graph_outcome_free(outcome);
    }
    CHECK(bad == 5 && good == (round == 0 ? 2 : 0));
    graph_run_free(run);
    options.resume = 1;
  }
}

/* A list is fed by the run's own word, by one thread that never waits: many at first, then one at a time. */
static void check_feeding(graph_client *client) {
  static const char *const names[3] = {"adele.vance@contoso.example", "o'brien@contoso.example", "a+b@contoso.example"};
  enum { MANY = 6000 };
  graph_run_options options = defaults();
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  graph_progress progress;
  int32_t status;
  int given = 0, outcomes = 0, told = 0, failures = 0;
  char key[64];
  const char *user = key;
  options.tell_users_wanted = 2;
  refused(client, &options, GRAPH_STATUS_INVALID_OPTION);

  options.tell_users_wanted = 1;
  options.dry_run = 1;
  options.rate = INFINITY;
  progress.struct_size = sizeof progress;
  CHECK(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  while ((status = graph_run_next(run, 60000, &outcome)) != GRAPH_STATUS_RUN_DONE) {
    if (status == GRAPH_STATUS_RUN_USERS_WANTED) {
      CHECK(outcome == NULL && graph_run_progress(run, &progress) == GRAPH_STATUS_OK && progress.wanted > 0);
      told++;
      for (; progress.wanted > 0 && given < MANY; progress.wanted--) {
        snprintf(key, sizeof key, "user%d@contoso.example", given++);
        CHECK(graph_run_add(run, &user, 1, NULL) == GRAPH_STATUS_OK);
      }
      if (given == MANY) CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
    } else {
      CHECK(status == GRAPH_STATUS_OK);
      outcomes++;
    }
    graph_outcome_free(outcome);
  }
  CHECK(outcomes == MANY && told > 1);
  graph_run_free(run);

  /* Who adds one user is asked for another one; who adds nobody is not asked again, and misses nothing. */
  options.dry_run = 0;
  CHECK(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  for (given = outcomes = 0; given < 3; given++) {
    while ((status = graph_run_next(run, 60000, &outcome)) == GRAPH_STATUS_OK) {
      outcomes++;
      graph_outcome_free(outcome);
    }
    CHECK(status == GRAPH_STATUS_RUN_USERS_WANTED);
    CHECK(graph_run_add(run, names, 0, NULL) == GRAPH_STATUS_OK);
    status = graph_run_next(run, 0, &outcome);
    CHECK(status == GRAPH_STATUS_RUN_TIMEOUT || status == GRAPH_STATUS_OK);
    if (status == GRAPH_STATUS_OK) outcomes++;
    graph_outcome_free(outcome);
    CHECK(graph_run_add(run, &names[given], 1, NULL) == GRAPH_STATUS_OK);
  }
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(outcomes + read_all(run, &failures) == 3 && failures == 0);
  graph_run_free(run);
}

/* The token comes late; nobody is lost. */
static void check_token(const char *endpoint, const char *token) {
  graph_client *client = client_for(endpoint, NULL);
  graph_run *run = NULL;
  graph_outcome *why = NULL;
  const char *user = "adele.vance@contoso.example";
  int failures = 0;
  CHECK(graph_run_new(client, NULL, &run, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_add(run, &user, 1, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  CHECK(graph_run_next(run, 5000, &why) == GRAPH_STATUS_RUN_TOKEN_NEEDED);
  CHECK(why != NULL && why->status == GRAPH_STATUS_TOKEN_MISSING && why->user == NULL);
  graph_outcome_free(why);
  CHECK(graph_client_set_token(client, token, NULL) == GRAPH_STATUS_OK);
  CHECK(read_all(run, &failures) == 1 && failures == 0);
  graph_run_free(run);
  graph_client_free(client);
}

/* Strings of languages that count their characters: nothing behind them is read, and none of them ends with a NUL. */
static void check_counted(const char *endpoint, const char *token) {
  static const char text[] = "adele.vance@contoso.exampleo'brien@contoso.examplenobody";
  static const char *const users[] = {text, text + 27, text, NULL, text};
  static const size_t lengths[] = {27, 23, 0, 3, (size_t)-1};
  graph_client *client = client_for(endpoint, NULL);
  graph_run_options options;
  graph_run *run = NULL;
  size_t length = strlen(token);
  char *copy = malloc(length);
  graph_outcome *outcome = NULL;
  int good = 0, bad = 0;
  CHECK(copy != NULL);
  memcpy(copy, token, length);
  CHECK(graph_client_set_token_counted(client, copy, 0, NULL) == GRAPH_STATUS_EMPTY_ARGUMENT);
  CHECK(graph_client_set_token_counted(client, NULL, 3, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_client_set_token_counted(client, "a\0b", 3, NULL) == GRAPH_STATUS_INVALID_UTF8);
  CHECK(graph_client_set_token_counted(client, copy, length, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_new(client, NULL, &run, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_set_token_counted(run, copy, length, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_add_counted(run, users, NULL, 2, NULL) == GRAPH_STATUS_NULL_ARGUMENT);
  CHECK(graph_run_add_counted(run, users, lengths, 5, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  while (graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK) {
    if (outcome->status < 100) good++;
    else if (outcome->status < 200) bad++;
    graph_outcome_free(outcome);
  }
  CHECK(good == 2 && bad == 3);
  graph_run_free(run);
  run = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.exclude = users;
  options.exclude_len = 1;
  CHECK(graph_run_new_counted(client, &options, NULL, &run, NULL) == GRAPH_STATUS_NULL_ARGUMENT && run == NULL);
  options.exclude_len = 3;
  CHECK(graph_run_new_counted(client, &options, lengths, &run, NULL) == GRAPH_STATUS_EMPTY_ARGUMENT && run == NULL);
  options.exclude_len = 1;
  CHECK(graph_run_new_counted(client, &options, lengths, &run, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_add_counted(run, users, lengths, 2, NULL) == GRAPH_STATUS_OK);
  CHECK(graph_run_finish_input(run) == GRAPH_STATUS_OK);
  good = bad = 0;
  while (graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK) {
    if (outcome->status == GRAPH_STATUS_OK) good++;
    else bad++;
    graph_outcome_free(outcome);
  }
  CHECK(good == 1 && bad == 0);
  graph_run_free(run);
  graph_client_free(client);
  free(copy);
}

int main(int argc, char **argv) {
  graph_client *client;
  if (argc != 4) return 2;
  client = client_for(argv[1], argv[2]);
  check_arguments(client);
  check_streaming(argv[1], argv[2]);
  check_journal(client, argv[3]);
  CHECK(remove(argv[3]) == 0);
  check_malformed(client, argv[3]);
  check_feeding(client);
  check_token(argv[1], argv[2]);
  check_counted(argv[1], argv[2]);
  graph_client_free(client);
  puts("ok");
  return 0;
}
