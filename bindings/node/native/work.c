/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Jobs: how they come back to the thread that waits for them, and the threads that do what can only wait.
 */

#include "addon.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_THREADS = 256, STACK_BYTES = 512 * 1024, IDLE_SECONDS = 2 };

bool thread_start(void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
#ifdef _WIN32
  int failed = pthread_create(&thread, &attributes, body, argument);
#else
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, &attributes, body, argument);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
#endif
  pthread_attr_destroy(&attributes);
  return failed == 0;
}

/* Handles */

static void let_object_go(handle *handle) {
  if (atomic_fetch_sub(&handle->users, 1) == 1 && handle->object != NULL) {
    handle->free(handle->object);
    handle->object = NULL;
  }
}

static void let_place_go(handle *handle) {
  if (atomic_fetch_sub(&handle->holders, 1) == 1) free(handle);
}

handle *handle_hold(handle *handle) {
  if (handle != NULL) {
    atomic_fetch_add(&handle->users, 1);
    atomic_fetch_add(&handle->holders, 1);
  }
  return handle;
}

void handle_release(handle *handle) {
  if (handle != NULL) {
    let_object_go(handle);
    let_place_go(handle);
  }
}

void handle_let_go(handle *handle) {
  if (!handle->is_let_go) {
    handle->is_let_go = true;
    let_object_go(handle);
  }
}

static void forgotten(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  handle_let_go(data);
  let_place_go(data);
}

napi_value handle_new(napi_env env, void *object, void (*free_object)(void *)) {
  handle *made = calloc(1, sizeof(handle));
  napi_value value = NULL;
  if (made == NULL) abort();
  atomic_init(&made->holders, 1);
  atomic_init(&made->users, 1);
  made->object = object;
  made->free = free_object;
  if (napi_create_external(env, made, forgotten, NULL, &value) != napi_ok) forgotten(env, made, NULL);
  return value;
}

handle *handle_of(napi_env env, napi_value value) {
  void *found = NULL;
  if (napi_get_value_external(env, value, &found) != napi_ok) return NULL;
  return found;
}

/* Environments */

static void environment_release(environment *environment) {
  if (atomic_fetch_sub(&environment->holders, 1) == 1) {
    graph_cancellation_free(environment->closing);
    pthread_mutex_destroy(&environment->lock);
    free(environment);
  }
}

static void free_run(void *run) { graph_run_free(run); }

static void job_free(job *job) {
  for (size_t at = 0; at < job->outcomes_len; at++) graph_outcome_free(job->outcomes[at]);
  graph_access_free(job->access);
  if (job->run != NULL) pool_free(job->run, free_run);
  if (job->counted != NULL) atomic_fetch_sub(job->counted, 1);
  handle_release(job->signal);
  handle_release(job->handle);
  memory_release(&job->memory);
  environment_release(job->environment);
  free(job);
}

void job_end(napi_env env, job *job) {
  environment *environment = job->environment;
  if (job->previous != NULL) job->previous->next = job->next;
  if (job->next != NULL) job->next->previous = job->previous;
  if (environment->jobs == job) environment->jobs = job->next;
  napi_value answer = job->answer(env, job);
  if (answer != NULL) napi_resolve_deferred(env, job->deferred, answer);
  if (--environment->pending == 0) napi_unref_threadsafe_function(env, environment->results);
  job_free(job);
}

static void arrived(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback, (void)context;
  if (env == NULL) {
    job_free(data); /* the environment is gone, and nobody waits any more */
  } else {
    job_end(env, data);
  }
}

void job_deliver(job *job) {
  environment *environment = job->environment;
  pthread_mutex_lock(&environment->lock);
  bool is_told = !environment->is_closed &&
                 napi_call_threadsafe_function(environment->results, job, napi_tsfn_nonblocking) == napi_ok;
  pthread_mutex_unlock(&environment->lock);
  if (!is_told) job_free(job);
}

const graph_cancellation *job_cancellation(const job *job) {
  return job->signal == NULL ? job->environment->closing : job->signal->object;
}

/* The end of a JavaScript thread ends what was under way for it, and waits for nothing. */
static void environment_closes(void *data) {
  environment *environment = data;
  pthread_mutex_lock(&environment->lock);
  environment->is_closed = true;
  graph_cancellation_cancel(environment->closing);
  for (job *job = environment->jobs; job != NULL; job = job->next) {
    graph_cancellation_cancel(job_cancellation(job));
    graph_run_cancel(job->reads);
  }
  pthread_mutex_unlock(&environment->lock);
  environment_release(environment);
}

environment *environment_new(napi_env env) {
  environment *made = calloc(1, sizeof(environment));
  napi_value name = NULL;
  if (made == NULL) abort();
  atomic_init(&made->holders, 1);
  pthread_mutex_init(&made->lock, NULL);
  graph_cancellation_new(&made->closing);
  napi_create_string_utf8(env, "graph-invalidate", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, made, arrived, &made->results) !=
      napi_ok) {
    environment_release(made);
    return NULL;
  }
  napi_unref_threadsafe_function(env, made->results);
  /* Hooks run the other way round: this one before the function that it guards is gone. */
  napi_add_env_cleanup_hook(env, environment_closes, made);
  return made;
}

job *job_new(napi_env env, napi_value *promise) {
  environment *environment = NULL;
  napi_get_instance_data(env, (void **)&environment);
  job *made = calloc(1, sizeof(job));
  if (made == NULL) abort();
  napi_create_promise(env, &made->deferred, promise);
  atomic_fetch_add(&environment->holders, 1);
  made->environment = environment;
  made->next = environment->jobs;
  if (made->next != NULL) made->next->previous = made;
  environment->jobs = made;
  if (environment->pending++ == 0) napi_ref_threadsafe_function(env, environment->results);
  return made;
}

/* The pool */

typedef struct task {
  struct task *behind;
  job *job;
  void *object;
  void (*free)(void *);
} task;

static struct {
  pthread_mutex_t lock;
  pthread_cond_t more;
  task *first, *last;
  unsigned waiting, threads, idle;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static void perform(task *task) {
  if (task->job != NULL) {
    task->job->work(task->job);
    job_deliver(task->job);
  } else {
    task->free(task->object);
  }
  free(task);
}

static void *work(void *argument) {
  (void)argument;
  pthread_mutex_lock(&pool.lock);
  for (;;) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_SECONDS;
    int waited = 0;
    while (pool.first == NULL && waited != ETIMEDOUT) {
      pool.idle++;
      waited = pthread_cond_timedwait(&pool.more, &pool.lock, &until);
      pool.idle--;
    }
    task *next = pool.first;
    if (next == NULL) break;
    pool.first = next->behind;
    pool.waiting--;
    pthread_mutex_unlock(&pool.lock);
    perform(next);
    pthread_mutex_lock(&pool.lock);
  }
  pool.threads--;
  pthread_mutex_unlock(&pool.lock);
  return NULL;
}

/* False where no thread can be had at all. */
static bool submit(task *task) {
  pthread_mutex_lock(&pool.lock);
  if (pool.waiting >= pool.idle && pool.threads < MOST_THREADS && thread_start(work, NULL)) pool.threads++;
  bool is_taken = pool.threads > 0;
  if (is_taken) {
    if (pool.first == NULL) {
      pool.first = task;
    } else {
      pool.last->behind = task;
    }
    pool.last = task;
    pool.waiting++;
  }
  pthread_mutex_unlock(&pool.lock);
  /* Not before: whoever wakes up would only wait for the lock. */
  if (is_taken) pthread_cond_signal(&pool.more);
  return is_taken;
}

void pool_submit(job *job) {
  task *made = calloc(1, sizeof(task));
  if (made == NULL) abort();
  made->job = job;
  if (!submit(made)) {
    free(made);
    job->status = GRAPH_STATUS_TOO_MANY_THREADS;
    job_deliver(job);
  }
}

void pool_free(void *object, void (*free_object)(void *)) {
  task *made = calloc(1, sizeof(task));
  if (made == NULL) abort();
  made->object = object;
  made->free = free_object;
  if (!submit(made)) perform(made);
}
