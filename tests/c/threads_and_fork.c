/* 32 threads share one client; a child of fork() calls with it and frees it; the parent goes on. A run does not cross a
 * fork.
 * Usage: threads_and_fork ENDPOINT TOKEN */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static graph_client *client;

static void *call_often(void *failures) {
  int i;
  for (i = 0; i < 20; i++) {
    graph_outcome *outcome = NULL;
    if (graph_client_invalidate(client, "adele@contoso.com", NULL, &outcome) != GRAPH_STATUS_OK) {
      ++*(int *)failures;
    }
    graph_outcome_free(outcome);
  }
  return NULL;
}

static int call_in_child(void) {
  int status = 1;
  pid_t child = fork();
  if (child == 0) {
    int32_t called = graph_client_invalidate(client, "me", NULL, NULL);
    graph_client_free(client);
    _exit(called == GRAPH_STATUS_OK ? 0 : 1);
  }
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

/* In the child a run answers with its own status and is freed; the parent's goes on. */
static int run_stays_with_its_process(void) {
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  graph_progress progress;
  const char *user = "adele@contoso.com";
  int status = 1;
  pid_t child;
  progress.struct_size = sizeof progress;
  if (graph_run_new(client, NULL, &run, NULL) != GRAPH_STATUS_OK) return 0;
  child = fork();
  if (child == 0) {
    if (graph_run_add(run, &user, 1, NULL) != GRAPH_STATUS_RUN_FORKED) _exit(1);
    if (graph_run_next(run, 100, NULL) != GRAPH_STATUS_RUN_FORKED) _exit(2);
    if (graph_run_progress(run, &progress) != GRAPH_STATUS_RUN_FORKED) _exit(3);
    if (graph_run_finish_input(run) != GRAPH_STATUS_RUN_FORKED) _exit(4);
    graph_run_cancel(run);
    graph_run_free(run);
    _exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 0;
  if (graph_run_add(run, &user, 1, NULL) != GRAPH_STATUS_OK) return 0;
  if (graph_run_finish_input(run) != GRAPH_STATUS_OK) return 0;
  if (graph_run_next(run, 20000, &outcome) != GRAPH_STATUS_OK || outcome->status != 0) return 0;
  graph_outcome_free(outcome);
  if (graph_run_next(run, 20000, NULL) != GRAPH_STATUS_RUN_DONE) return 0;
  graph_run_free(run);
  return 1;
}

int main(int argc, char **argv) {
  pthread_t threads[32];
  int failures[32] = {0};
  int i;
  graph_client_options options;
  if (argc != 3) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = argv[2];
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;

  if (!call_in_child()) return 4; /* before the parent ever called */
  for (i = 0; i < 32; i++) pthread_create(&threads[i], NULL, call_often, &failures[i]);
  for (i = 0; i < 32; i++) {
    pthread_join(threads[i], NULL);
    if (failures[i] != 0) return 5;
  }
  for (i = 0; i < 20; i++) {
    if (!call_in_child()) return 6; /* with connections of the parent open */
    if (graph_client_invalidate(client, "me", NULL, NULL) != GRAPH_STATUS_OK) return 7;
  }
  if (!run_stays_with_its_process()) return 8;
  graph_client_free(client);
  puts("ok");
  return 0;
}
