/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Awaited calls: one queue for the whole program, and one thread that pulls their results while there are any to come.
 */

#include "addon.h"

enum { LOOK_MS = 2000 };

static struct {
  pthread_mutex_t lock;
  graph_call_queue *queue;
  uint64_t under_way;
  bool is_pulled;
} calls = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void *pull(void *argument) {
  (void)argument;
  for (;;) {
    uint64_t tag = 0;
    graph_outcome *outcome = NULL;
    int32_t status = graph_call_queue_next(calls.queue, LOOK_MS, &tag, &outcome);
    if (status == GRAPH_STATUS_OK) {
      job *job = (struct job *)(uintptr_t)tag;
      pthread_mutex_lock(&calls.lock);
      calls.under_way--;
      pthread_mutex_unlock(&calls.lock);
      job->status = outcome == NULL ? GRAPH_STATUS_INTERNAL_ERROR : outcome->status;
      job->outcomes[0] = outcome;
      job->outcomes_len = 1;
      job_deliver(job);
      continue;
    }
    graph_outcome_free(outcome);
    pthread_mutex_lock(&calls.lock);
    bool is_over = calls.under_way == 0;
    if (is_over) calls.is_pulled = false;
    pthread_mutex_unlock(&calls.lock);
    if (is_over) return NULL;
  }
}

void queue_submit(napi_env env, job *job) {
  graph_outcome *failure = NULL;
  pthread_mutex_lock(&calls.lock);
  if (calls.queue == NULL) graph_call_queue_new(&calls.queue);
  if (!calls.is_pulled) calls.is_pulled = thread_start(pull, NULL);
  int32_t status = GRAPH_STATUS_TOO_MANY_THREADS;
  if (calls.is_pulled) {
    status = graph_call_queue_submit(calls.queue, job->handle->object, job->options, job_cancellation(job),
                                     (uint64_t)(uintptr_t)job, &failure);
    if (status == GRAPH_STATUS_OK) calls.under_way++;
  }
  pthread_mutex_unlock(&calls.lock);
  if (status != GRAPH_STATUS_OK) {
    job->status = status;
    job->outcomes[0] = failure;
    job->outcomes_len = 1;
    job_end(env, job);
  }
}
