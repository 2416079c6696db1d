/* What the programs of guests share. Each tries a situation that a host may be in, named by its first argument, and
 * ends with 0 where that is right. Usage: PROGRAM SITUATION ENDPOINT TOKEN [FOLDER] */

#ifndef GUEST_H
#define GUEST_H

#include <graph_invalidate.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER "user000001@contoso.example"

/* Says which expectation was not met, on a descriptor that no situation closes. */
#define EXPECT(what)                                                                                                   \
  do {                                                                                                                 \
    if (!(what)) {                                                                                                     \
      dprintf(said, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                                         \
      _exit(1);                                                                                                        \
    }                                                                                                                  \
  } while (0)

static int said = 1;
static const char *endpoint, *token, *folder;

static inline graph_client *new_client(void) {
  graph_client_options options;
  graph_client *client = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.token = token;
  options.timeout_ms = 30000;
  EXPECT(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
  return client;
}

static inline int32_t call(const graph_client *client) {
  graph_outcome *outcome = NULL;
  int32_t status = graph_client_invalidate(client, USER, NULL, &outcome);
  if (status != GRAPH_STATUS_OK && outcome != NULL)
    dprintf(said, "%d %s %s\n", (int)status, outcome->message, outcome->hint ? outcome->hint : "");
  graph_outcome_free(outcome);
  return status;
}

/* Begins a run over one user, with a journal of this name in the folder; 0 or why it did not begin. */
static inline int32_t new_run(const graph_client *client, const char *journal, int resume, graph_run **run,
                              graph_outcome **failure) {
  static char path[4096];
  graph_run_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  if (journal != NULL) {
    snprintf(path, sizeof path, "%s/%s", folder, journal);
    options.journal = path;
    options.resume = (uint32_t)resume;
  }
  return graph_run_new(client, &options, run, failure);
}

/* Reads a run to its end: the first status that is no outcome, no wait and no end, or how many users were accepted,
   negated. */
static inline int32_t whole_run(graph_run *run) {
  const char *users[] = {USER};
  graph_outcome *outcome = NULL;
  int32_t status, accepted = 0;
  graph_run_add(run, users, 1, NULL);
  graph_run_finish_input(run);
  while ((status = graph_run_next(run, 20000, &outcome)) == GRAPH_STATUS_OK) {
    accepted -= outcome->status == GRAPH_STATUS_OK;
    graph_outcome_free(outcome);
  }
  if (status != GRAPH_STATUS_RUN_DONE && outcome != NULL) dprintf(said, "%d %s\n", (int)status, outcome->message);
  graph_outcome_free(outcome);
  return status == GRAPH_STATUS_RUN_DONE ? accepted : status;
}

/* One of everything that a program does with the library. */
static inline void everything(const char *journal) {
  graph_client *client = new_client();
  graph_call_queue *queue = NULL;
  graph_call_options options;
  graph_outcome *outcome = NULL;
  graph_run *run = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.user = USER;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, journal, 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  EXPECT(graph_call_queue_new(&queue) == GRAPH_STATUS_OK);
  EXPECT(graph_call_queue_submit(queue, client, &options, NULL, 7, NULL) == GRAPH_STATUS_OK);
  EXPECT(graph_call_queue_next(queue, 20000, NULL, &outcome) == GRAPH_STATUS_OK);
  EXPECT(outcome->status == GRAPH_STATUS_OK);
  graph_outcome_free(outcome);
  graph_call_queue_free(queue);
  graph_client_free(client);
}

static inline int ends_well(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  if (WIFSIGNALED(status)) dprintf(said, "ended by signal %d\n", WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct situation {
  const char *name;
  void (*play)(void);
};

static inline int play(int argc, char **argv, const struct situation *situations) {
  alarm(100);
  if (argc < 4) return 2;
  endpoint = argv[2];
  token = argv[3];
  folder = argc > 4 ? argv[4] : ".";
  for (; situations->name != NULL; situations++) {
    if (strcmp(situations->name, argv[1]) != 0) continue;
    situations->play();
    dprintf(said, "ok\n");
    return 0;
  }
  return 2;
}

#endif
