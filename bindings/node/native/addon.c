/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What JavaScript sees: each function takes checked arguments, and answers [status, details] or a promise of it.
 */

#include "addon.h"
#include "fields.h"

#ifdef _WIN32
#include <windows.h>
#endif

enum { MOST_ARGUMENTS = 3 };

static void arguments(napi_env env, napi_callback_info info, napi_value *given) {
  size_t count = MOST_ARGUMENTS;
  napi_get_cb_info(env, info, &count, given, NULL, NULL); /* what is left out is undefined */
}

static void *object_of(napi_env env, napi_value value) {
  handle *found = handle_of(env, value);
  return found == NULL ? NULL : found->object;
}

static handle *held(napi_env env, napi_value value) { return handle_hold(handle_of(env, value)); }

static napi_value nothing(napi_env env) {
  napi_value value = NULL;
  napi_get_undefined(env, &value);
  return value;
}

static napi_value pair(napi_env env, int32_t status, napi_value details) {
  napi_value answer = NULL, number = NULL;
  napi_create_array_with_length(env, 2, &answer);
  napi_create_int32(env, status, &number);
  napi_set_element(env, answer, 0, number);
  napi_set_element(env, answer, 1, details == NULL ? nothing(env) : details);
  return answer;
}

static napi_value outcome_of(napi_env env, const graph_outcome *outcome) {
  return outcome == NULL ? nothing(env) : shape_read(&OUTCOME, env, outcome);
}

/* [status, outcome], and frees the outcome. */
static napi_value failed(napi_env env, int32_t status, graph_outcome *failure) {
  napi_value answer = pair(env, status, outcome_of(env, failure));
  graph_outcome_free(failure);
  return answer;
}

/* Clients */

static void free_client(void *client) { graph_client_free(client); }

static napi_value client_new(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  memory memory = {0};
  graph_client *client = NULL;
  graph_outcome *failure = NULL;
  int32_t status = graph_client_new(shape_write(&CLIENT_OPTIONS, &memory, env, given[0]), &client, &failure);
  memory_release(&memory);
  if (status != GRAPH_STATUS_OK) return failed(env, status, failure);
  graph_outcome_free(failure);
  return pair(env, status, handle_new(env, client, free_client));
}

static napi_value client_set_token(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  memory memory = {0};
  graph_outcome *failure = NULL;
  int32_t status = graph_client_set_token(object_of(env, given[0]), memory_text(&memory, env, given[1]), &failure);
  memory_release(&memory);
  return failed(env, status, failure);
}

static napi_value client_scope(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS], scope = NULL;
  arguments(env, info, given);
  const char *text = graph_client_scope(object_of(env, given[0]));
  if (text == NULL) return nothing(env);
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &scope);
  return scope;
}

static napi_value let_go(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  handle *found = handle_of(env, given[0]);
  if (found != NULL) handle_let_go(found);
  return nothing(env);
}

/* Cancellations */

static void free_cancellation(void *cancellation) { graph_cancellation_free(cancellation); }

static napi_value cancellation_new(napi_env env, napi_callback_info info) {
  (void)info;
  graph_cancellation *cancellation = NULL;
  graph_cancellation_new(&cancellation);
  return handle_new(env, cancellation, free_cancellation);
}

static napi_value cancel(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  graph_cancellation_cancel(object_of(env, given[0]));
  return nothing(env);
}

/* Calls */

static napi_value call_answer(napi_env env, job *job) { return pair(env, job->status, outcome_of(env, job->outcomes[0])); }

/* client, options of the call, cancellation */
static job *call_new(napi_env env, napi_callback_info info, napi_value *promise) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  job *made = job_new(env, promise);
  made->handle = held(env, given[0]);
  made->options = shape_write(&CALL_OPTIONS, &made->memory, env, given[1]);
  made->signal = held(env, given[2]);
  made->answer = call_answer;
  return made;
}

/* A few calls at once have a thread of the pool each, which is the shorter way; whatever comes beyond shares the
   queue. */
enum { MOST_WITH_THREADS = 8 };
static atomic_uint with_threads;

static void call_work(job *job) {
  job->status = graph_client_call(job->handle->object, job->options, job_cancellation(job), &job->outcomes[0]);
  job->outcomes_len = 1;
}

static napi_value call(napi_env env, napi_callback_info info) {
  napi_value promise = NULL;
  job *made = call_new(env, info, &promise);
  if (atomic_fetch_add(&with_threads, 1) < MOST_WITH_THREADS) {
    made->work = call_work;
    made->counted = &with_threads;
    pool_submit(made);
  } else {
    atomic_fetch_sub(&with_threads, 1);
    queue_submit(env, made);
  }
  return promise;
}

static void sign_in_work(job *job) {
  job->status = graph_client_sign_in(job->handle->object, job_cancellation(job), &job->outcomes[0]);
  job->outcomes_len = 1;
}

static napi_value sign_in(napi_env env, napi_callback_info info) {
  napi_value promise = NULL;
  job *made = call_new(env, info, &promise);
  made->work = sign_in_work;
  pool_submit(made);
  return promise;
}

static void access_work(job *job) {
  job->status =
      graph_client_access_with(job->handle->object, job->options, job_cancellation(job), &job->access, &job->outcomes[0]);
  job->outcomes_len = 1;
}

static napi_value access_answer(napi_env env, job *job) {
  if (job->access == NULL) return call_answer(env, job);
  return pair(env, job->status, shape_read(&ACCESS, env, job->access));
}

static napi_value access_with(napi_env env, napi_callback_info info) {
  napi_value promise = NULL;
  job *made = call_new(env, info, &promise);
  made->work = access_work;
  made->answer = access_answer;
  pool_submit(made);
  return promise;
}

/* Runs */

/* Its journal's disk is waited for, and never by JavaScript's thread. */
static void free_run(void *run) { graph_run_free(run); }
static void cancel_run(void *run) {
  graph_run_cancel(run);
  pool_free(run, free_run);
}

static void run_new_work(job *job) {
  job->status = graph_run_new(job->handle->object, job->options, &job->run, &job->outcomes[0]);
  job->outcomes_len = 1;
}

static napi_value run_new_answer(napi_env env, job *job) {
  napi_value answer = call_answer(env, job);
  if (job->run != NULL) {
    napi_set_element(env, answer, 2, handle_new(env, job->run, cancel_run));
    job->run = NULL;
  }
  return answer;
}

static napi_value run_new(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS], promise = NULL;
  arguments(env, info, given);
  job *made = job_new(env, &promise);
  made->handle = held(env, given[0]);
  graph_run_options *options = shape_write(&RUN_OPTIONS, &made->memory, env, given[1]);
  options->tell_users_wanted = 1;
  made->options = options;
  made->work = run_new_work;
  made->answer = run_new_answer;
  pool_submit(made);
  return promise;
}

/* An array of users; what is no string is nobody, and the library says so. */
static napi_value run_add(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  memory memory = {0};
  uint32_t count = 0;
  napi_get_array_length(env, given[1], &count);
  const char **users = memory_take(&memory, (count + 1) * sizeof(char *));
  for (uint32_t at = 0; at < count; at++) {
    napi_value user = NULL;
    napi_get_element(env, given[1], at, &user);
    users[at] = memory_text(&memory, env, user);
  }
  graph_outcome *failure = NULL;
  int32_t status = graph_run_add(object_of(env, given[0]), users, count, &failure);
  memory_release(&memory);
  return failed(env, status, failure);
}

static napi_value run_finish(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  bool is_broken = false;
  arguments(env, info, given);
  napi_get_value_bool(env, given[1], &is_broken);
  graph_run *run = object_of(env, given[0]);
  return pair(env, is_broken ? graph_run_fail_input(run) : graph_run_finish_input(run), NULL);
}

static napi_value run_set_token(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  memory memory = {0};
  graph_outcome *failure = NULL;
  int32_t status = graph_run_set_token(object_of(env, given[0]), memory_text(&memory, env, given[1]), &failure);
  memory_release(&memory);
  return failed(env, status, failure);
}

static napi_value run_progress(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  graph_progress progress = {.struct_size = sizeof(graph_progress)};
  int32_t status = graph_run_progress(object_of(env, given[0]), &progress);
  return pair(env, status, shape_read(&PROGRESS, env, &progress));
}

static napi_value run_cancel(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS];
  arguments(env, info, given);
  graph_run_cancel(object_of(env, given[0]));
  return nothing(env);
}

/* Waits for one outcome, and takes with it what is known besides. */
static void run_next_work(job *job) {
  uint32_t timeout = job->timeout_ms;
  do {
    graph_outcome *outcome = NULL;
    int32_t status = graph_run_next(job->reads, timeout, &outcome);
    timeout = 0;
    if (status == GRAPH_STATUS_OK) {
      job->status = status;
      job->outcomes[job->outcomes_len++] = outcome;
      continue;
    }
    if (status == GRAPH_STATUS_RUN_USERS_WANTED) job->wants_users = true; /* said once */
    if (job->outcomes_len == 0) {
      job->status = status;
      job->outcomes[job->outcomes_len++] = outcome;
    } else {
      graph_outcome_free(outcome); /* everything else is said again */
    }
    return;
  } while (job->outcomes_len < job->most);
}

static napi_value run_next_answer(napi_env env, job *job) {
  napi_value outcomes = NULL;
  napi_create_array_with_length(env, job->outcomes_len, &outcomes);
  for (size_t at = 0; at < job->outcomes_len; at++) {
    napi_set_element(env, outcomes, (uint32_t)at, outcome_of(env, job->outcomes[at]));
  }
  napi_value answer = pair(env, job->status, outcomes), wants_users = NULL;
  napi_get_boolean(env, job->wants_users, &wants_users);
  napi_set_element(env, answer, 2, wants_users);
  return answer;
}

/* run, milliseconds, the most outcomes */
static napi_value run_next(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS], promise = NULL;
  arguments(env, info, given);
  job *made = job_new(env, &promise);
  made->handle = held(env, given[0]);
  made->reads = made->handle == NULL ? NULL : made->handle->object;
  napi_get_value_uint32(env, given[1], &made->timeout_ms);
  napi_get_value_uint32(env, given[2], &made->most);
  if (made->most > MOST_OUTCOMES) made->most = MOST_OUTCOMES;
  made->work = run_next_work;
  made->answer = run_next_answer;
  pool_submit(made);
  return promise;
}

static void run_free_work(job *job) {
  graph_run_free(job->run);
  job->run = NULL;
}

static napi_value run_free_answer(napi_env env, job *job) {
  (void)job;
  return nothing(env);
}

/* The journal is complete when the promise comes back. Nothing else may use the run any more. */
static napi_value run_free(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS], promise = NULL;
  arguments(env, info, given);
  job *made = job_new(env, &promise);
  handle *found = handle_of(env, given[0]);
  if (found != NULL) {
    made->run = found->object;
    found->object = NULL;
    graph_run_cancel(made->run);
  }
  made->work = run_free_work;
  made->answer = run_free_answer;
  pool_submit(made);
  return promise;
}

static napi_value status_name(napi_env env, napi_callback_info info) {
  napi_value given[MOST_ARGUMENTS], name = NULL;
  int32_t status = 0;
  arguments(env, info, given);
  napi_get_value_int32(env, given[0], &status);
  const char *text = graph_status_name(status);
  if (text == NULL) return nothing(env);
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name);
  return name;
}

static void export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value = NULL;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value);
  napi_set_named_property(env, exports, name, value);
}

/* A thread of JavaScript that brought the addon may end before its calls do. Linux's linker sees to it. */
static void stay_loaded(void) {
#ifdef _WIN32
  HMODULE here = NULL;
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCSTR)(void *)&stay_loaded,
                     &here);
#endif
}

NAPI_MODULE_INIT() {
  stay_loaded();
  environment *environment = environment_new(env);
  if (environment == NULL || napi_set_instance_data(env, environment, NULL, NULL) != napi_ok) {
    napi_throw_error(env, NULL, "graph-invalidate cannot begin in this thread");
    return NULL;
  }
  napi_value version = NULL, abi = NULL;
  napi_create_string_utf8(env, graph_version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "version", version);
  napi_create_uint32(env, graph_abi_version(), &abi);
  napi_set_named_property(env, exports, "abi", abi);
  export(env, exports, "clientNew", client_new);
  export(env, exports, "clientSetToken", client_set_token);
  export(env, exports, "clientScope", client_scope);
  export(env, exports, "letGo", let_go);
  export(env, exports, "cancellationNew", cancellation_new);
  export(env, exports, "cancel", cancel);
  export(env, exports, "call", call);
  export(env, exports, "signIn", sign_in);
  export(env, exports, "access", access_with);
  export(env, exports, "runNew", run_new);
  export(env, exports, "runAdd", run_add);
  export(env, exports, "runFinish", run_finish);
  export(env, exports, "runSetToken", run_set_token);
  export(env, exports, "runProgress", run_progress);
  export(env, exports, "runCancel", run_cancel);
  export(env, exports, "runNext", run_next);
  export(env, exports, "runFree", run_free);
  export(env, exports, "statusName", status_name);
  return exports;
}
