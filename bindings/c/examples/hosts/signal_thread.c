/* A program with a thread of its own for signals: all are blocked everywhere, and one thread waits for them. SIGTERM
 * ends the run that is going on; what was decided is on record, and the run can be resumed.
 * Usage: signal_thread JOURNAL COUNT, with GRAPH_INVALIDATE_TOKEN in the environment; signs out user000001 and so
 * on. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sigset_t signals;

/* The library's threads have all signals blocked: none of them takes one that is meant for this thread. */
static void *wait_for_signals(void *run) {
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number != SIGTERM && number != SIGINT) {
    printf("signal %d\n", number);
    fflush(stdout);
  }
  graph_run_cancel(run);
  return NULL;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_run_options how;
  graph_client *client = NULL;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  pthread_t thread;
  int32_t status;
  int accepted = 0, count;
  if (argc != 3) return 2;
  count = atoi(argv[2]);

  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  memset(&how, 0, sizeof how);
  how.struct_size = sizeof how;
  how.journal = argv[1];
  if (graph_client_new(&options, &client, &outcome) != GRAPH_STATUS_OK ||
      graph_run_new(client, &how, &run, &outcome) != GRAPH_STATUS_OK) {
    fprintf(stderr, "%s\n", outcome->message);
    return 1;
  }
  if (pthread_create(&thread, NULL, wait_for_signals, run) != 0) return 1;

  for (int i = 1; i <= count; i++) {
    char text[64];
    const char *user = text;
    snprintf(text, sizeof text, "user%06d@contoso.example", i);
    graph_run_add(run, &user, 1, NULL);
  }
  graph_run_finish_input(run);
  while ((status = graph_run_next(run, 1000, &outcome)) != GRAPH_STATUS_RUN_DONE) {
    if (status == GRAPH_STATUS_OK && outcome->status == GRAPH_STATUS_OK && ++accepted == 1) {
      puts("begun");
      fflush(stdout);
    }
    graph_outcome_free(outcome);
  }
  printf("%d of %d\n", accepted, count);
  pthread_kill(thread, SIGTERM);
  pthread_join(thread, NULL);
  graph_run_free(run);
  graph_client_free(client);
  return 0;
}
