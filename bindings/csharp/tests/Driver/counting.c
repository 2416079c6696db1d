/* Stands before the real library, which it is linked with, and counts what that hands out and gets back; shows the
 * counts at the end. What it does not define is found in the real library. */

#define _GNU_SOURCE

#include <graph_invalidate.h>

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_long clients, clients_freed, cancellations, cancellations_freed, outcomes, outcomes_freed;

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static int32_t count(int32_t status, graph_outcome **outcome) {
  if (outcome != NULL && *outcome != NULL) outcomes++;
  return status;
}

int32_t graph_client_new(const graph_client_options *options, graph_client **client, graph_outcome **failure) {
  int32_t status = REAL(graph_client_new)(options, client, failure);
  if (*client != NULL) clients++;
  return count(status, failure);
}

int32_t graph_client_call(const graph_client *client, const graph_call_options *options, const graph_cancellation *cancellation,
                          graph_outcome **outcome) {
  return count(REAL(graph_client_call)(client, options, cancellation, outcome), outcome);
}

int32_t graph_client_set_token(const graph_client *client, const char *token, graph_outcome **failure) {
  return count(REAL(graph_client_set_token)(client, token, failure), failure);
}

void graph_client_free(graph_client *client) {
  if (client != NULL) clients_freed++;
  REAL(graph_client_free)(client);
}

int32_t graph_cancellation_new(graph_cancellation **cancellation) {
  int32_t status = REAL(graph_cancellation_new)(cancellation);
  if (*cancellation != NULL) cancellations++;
  return status;
}

void graph_cancellation_free(graph_cancellation *cancellation) {
  if (cancellation != NULL) cancellations_freed++;
  REAL(graph_cancellation_free)(cancellation);
}

void graph_outcome_free(graph_outcome *outcome) {
  if (outcome != NULL) outcomes_freed++;
  REAL(graph_outcome_free)(outcome);
}

__attribute__((destructor)) static void report(void) {
  printf("clients %ld %ld\ncancellations %ld %ld\noutcomes %ld %ld\n", clients, clients_freed, cancellations,
         cancellations_freed, outcomes, outcomes_freed);
  fflush(stdout);
}
