/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The Node-API addon: it translates, and decides nothing. Calls go into the library's queue, whose results one thread
 * pulls; what can only wait (reading runs, signing in, asking the directory) does so on a bounded pool of threads of
 * its own. libuv's pool is left to the program: four calls that stall would stop its files and names.
 */

#ifndef GRAPH_INVALIDATE_ADDON_H
#define GRAPH_INVALIDATE_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph_invalidate.h"

/* What one call hands over: kept where it is until the call is over, then wiped and freed. */
typedef struct memory {
  struct block *blocks;
} memory;

void *memory_take(memory *memory, size_t size);
void memory_release(memory *memory);

/* A JavaScript string as UTF-8; NULL for undefined and null. NUL becomes C0 80 and half a surrogate pair its three
 * bytes: the library refuses both by name. */
char *memory_text(memory *memory, napi_env env, napi_value value);

/* How a field crosses. */
typedef enum { TEXT, TEXTS, BYTES, PAIRS, UNSIGNED, WIDE, SIGNED, REAL, STRUCTURE, STRUCTURES } field_kind;

typedef struct field {
  field_kind kind;
  size_t offset;
  size_t length_offset;
  const struct shape *shape;
} field;

/* A structure of the library, as an array of its public fields in their order. */
typedef struct shape {
  size_t size;
  const field *fields;
  size_t fields_len;
} shape;

/* The structure that an array describes. */
void *shape_write(const shape *shape, memory *memory, napi_env env, napi_value values);

/* The array that describes a structure. */
napi_value shape_read(const shape *shape, napi_env env, const void *structure);

/* A native object: freed when JavaScript has let it go and no job uses it any more. The handle itself stays for as long
 * as JavaScript can ask for it. */
typedef struct handle {
  atomic_uint holders;
  atomic_uint users;
  bool is_let_go;
  void *object;
  void (*free)(void *);
} handle;

handle *handle_of(napi_env env, napi_value value);
napi_value handle_new(napi_env env, void *object, void (*free)(void *));
void handle_let_go(handle *handle);
handle *handle_hold(handle *handle);
void handle_release(handle *handle);

/* One of the program's JavaScript threads. Shared with the jobs that it waits for. */
typedef struct environment {
  atomic_uint holders;
  pthread_mutex_t lock;
  bool is_closed;
  napi_threadsafe_function results;
  graph_cancellation *closing; /* given to calls that have no signal of their own */
  unsigned pending;
  struct job *jobs;
} environment;

environment *environment_new(napi_env env);

/* The most outcomes of a run that cross in one go. */
#define MOST_OUTCOMES 64

/* Something that takes its time, and whose answer is a promise. */
typedef struct job {
  environment *environment;
  napi_deferred deferred;
  void (*work)(struct job *);
  napi_value (*answer)(napi_env, struct job *);
  handle *handle; /* of the client or the run */
  handle *signal; /* of the call's cancellation, if it has one of its own */
  graph_run *reads; /* where the handle is that of a run */
  atomic_uint *counted; /* one less when the job is over */
  memory memory;
  void *options;
  uint32_t timeout_ms;
  uint32_t most;
  bool wants_users;
  int32_t status;
  graph_outcome *outcomes[MOST_OUTCOMES];
  size_t outcomes_len;
  graph_access *access;
  graph_run *run;
  struct job *previous, *next;
} job;

/* What ends the job early. */
const graph_cancellation *job_cancellation(const job *job);

/* A job of an environment; its promise comes back through `promise`. */
job *job_new(napi_env env, napi_value *promise);

/* Gives the job's answer to its environment's thread, from any other; where that has ended, nobody is told. */
void job_deliver(job *job);

/* Answers a job at once, on its environment's thread. */
void job_end(napi_env env, job *job);

/* Has a thread of the pool do the work and deliver the answer. */
void pool_submit(job *job);

/* Has a thread of the pool free something that may wait for a disk. */
void pool_free(void *object, void (*free)(void *));

/* Submits a call to the library's queue. The job is delivered, or has ended, when this returns. */
void queue_submit(napi_env env, job *job);

/* Starts a detached thread that takes no signals, with a small stack. */
bool thread_start(void *(*body)(void *), void *argument);

#endif
