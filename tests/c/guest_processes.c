/* Hosts that begin, fork, end and lend their stacks in other ways than most: a call works all the same, or says that it
 * cannot. See guest.h. */

#define _GNU_SOURCE

#include "guest.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#ifdef __GLIBC__
#include <ucontext.h>
#endif

static graph_client *shared;
static volatile int stop;

/* Before main(). */
static int called_before_main;

__attribute__((constructor)) static void before_main(void) {
  endpoint = getenv("GUEST_ENDPOINT");
  token = getenv("GUEST_TOKEN");
  if (endpoint == NULL || token == NULL) return;
  shared = new_client();
  called_before_main = call(shared) == GRAPH_STATUS_OK;
}

static void calls_before_main(void) {
  pid_t child;
  if ((child = fork()) == 0) {
    setenv("GUEST_ENDPOINT", endpoint, 1);
    setenv("GUEST_TOKEN", token, 1);
    execl("/proc/self/exe", "guest", "called_before_main", endpoint, token, folder, (char *)NULL);
    _exit(9);
  }
  EXPECT(ends_well(child));
}

static void was_called_before_main(void) {
  EXPECT(called_before_main);
  EXPECT(call(shared) == GRAPH_STATUS_OK);
  graph_client_free(shared);
  _exit(0);
}

/* Threads that call while the program forks: the child calls, whatever the others held. */
static void *call_until_stopped(void *unused) {
  while (!stop) EXPECT(graph_client_invalidate(shared, USER, NULL, NULL) == GRAPH_STATUS_OK);
  return unused;
}

static void forks_among_calls(void) {
  enum { THREADS = 6, FORKS = 40 };
  pthread_t threads[THREADS];
  pid_t children[FORKS];
  shared = new_client();
  for (int i = 0; i < THREADS; i++) EXPECT(pthread_create(&threads[i], NULL, call_until_stopped, NULL) == 0);
  for (int i = 0; i < FORKS; i++) {
    usleep(5000);
    if ((children[i] = fork()) == 0) {
      alarm(60);
      EXPECT(call(shared) == GRAPH_STATUS_OK);
      if (i % 2) graph_client_free(shared);
      exit(0);
    }
  }
  for (int i = 0; i < FORKS; i++) EXPECT(ends_well(children[i]));
  stop = 1;
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  graph_client_free(shared);
}

/* Programs that are started meanwhile inherit nothing of ours. */
static int count_open(void) {
  int count = 0;
  for (int number = 3; number < 1024; number++) count += fcntl(number, F_GETFD) != -1;
  return count;
}

static void programs_inherit_nothing(void) {
  enum { THREADS = 6, STARTS = 60 };
  pthread_t threads[THREADS];
  graph_run *run = NULL;
  char count[16];
  snprintf(count, sizeof count, "%d", count_open());
  setenv("GUEST_OPEN", count, 1);
  shared = new_client();
  EXPECT(new_run(shared, "inherited.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  for (int i = 0; i < THREADS; i++) EXPECT(pthread_create(&threads[i], NULL, call_until_stopped, NULL) == 0);
  for (int i = 0; i < STARTS; i++) {
    pid_t child = fork();
    if (child == 0) {
      execl("/proc/self/exe", "guest", "nothing_was_inherited", endpoint, token, folder, (char *)NULL);
      _exit(9);
    }
    EXPECT(ends_well(child));
  }
  stop = 1;
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(shared);
}

static void nothing_was_inherited(void) {
  EXPECT(count_open() == atoi(getenv("GUEST_OPEN")));
  _exit(0);
}

/* A child that ends in the ordinary way while its parent's run goes on. */
static void a_child_ends_beside_a_run(void) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  pid_t child;
  EXPECT(new_run(client, "beside.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  for (int i = 0; i < 3; i++) {
    if ((child = fork()) == 0) {
      alarm(30);
      if (i == 1) graph_run_free(run);
      if (i == 2) {
        EXPECT(graph_run_next(run, 0, NULL) == GRAPH_STATUS_RUN_FORKED);
        graph_run_free(run);
        graph_client_free(client);
      }
      exit(0);
    }
    EXPECT(ends_well(child));
  }
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
}

/* The program ends while threads are in calls, a run and a queue. */
static void ends_among_calls(void) {
  for (int round = 0; round < 10; round++) {
    pid_t child = fork();
    if (child == 0) {
      pthread_t thread;
      graph_run *run = NULL;
      alarm(30);
      shared = new_client();
      EXPECT(new_run(shared, NULL, 0, &run, NULL) == GRAPH_STATUS_OK);
      for (int i = 0; i < 8; i++) EXPECT(pthread_create(&thread, NULL, call_until_stopped, NULL) == 0);
      usleep(20000 * (useconds_t)round);
      if (round % 2) exit(0);
      quick_exit(0);
    }
    EXPECT(ends_well(child));
  }
}

/* The main thread is gone, and the others go on. */
static void *after_main(void *unused) {
  usleep(200000);
  everything("after-main.jsonl");
  dprintf(said, "ok\n");
  _exit(0);
  return unused;
}

static void the_main_thread_ends(void) {
  pthread_t thread;
  EXPECT(pthread_create(&thread, NULL, after_main, NULL) == 0);
  pthread_exit(NULL);
}

/* Threads that are cancelled where they wait for a run. */
static graph_run *waited_for;

static void *wait_for_run(void *unused) {
  graph_outcome *outcome = NULL;
  (void)unused;
  for (;;) {
    graph_run_next(waited_for, 50, &outcome);
    graph_outcome_free(outcome);
    outcome = NULL;
    pthread_testcancel();
  }
  return NULL;
}

static void a_thread_is_cancelled_in_a_run(void) {
  pthread_t thread;
  shared = new_client();
  EXPECT(new_run(shared, "cancelled.jsonl", 0, &waited_for, NULL) == GRAPH_STATUS_OK);
  for (int i = 0; i < 8; i++) {
    EXPECT(pthread_create(&thread, NULL, wait_for_run, NULL) == 0);
    usleep(30000);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
  }
  EXPECT(whole_run(waited_for) == -1);
  graph_run_free(waited_for);
  graph_client_free(shared);
}

/* Fibers: a stack that no thread has. */
#ifdef __GLIBC__
static ucontext_t of_main, of_fiber;

static void in_fiber(void) { everything("fiber.jsonl"); }
#endif

static void on_a_fiber(void) {
#ifdef __GLIBC__
  static char stack[48 << 10];
  getcontext(&of_fiber);
  of_fiber.uc_stack.ss_sp = stack;
  of_fiber.uc_stack.ss_size = sizeof stack;
  of_fiber.uc_link = &of_main;
  makecontext(&of_fiber, in_fiber, 0);
  swapcontext(&of_main, &of_fiber);
#endif
}

/* A program that was started with so little stack for its main thread. */
static void a_small_main_stack(void) {
  struct rlimit limit = {128 << 10, 128 << 10};
  pid_t child = fork();
  if (child == 0) {
    EXPECT(setrlimit(RLIMIT_STACK, &limit) == 0);
    execl("/proc/self/exe", "guest", "everything_here", endpoint, token, folder, (char *)NULL);
    _exit(9);
  }
  EXPECT(ends_well(child));
}

static void everything_here(void) {
  everything("here.jsonl");
  _exit(0);
}

/* One whose main stack has no limit: a fiber's own still has one. */
static void fibers_beside_an_endless_stack(void) {
  struct rlimit limit;
  pid_t child = fork();
  if (child == 0) {
    EXPECT(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    EXPECT(setrlimit(RLIMIT_STACK, &limit) == 0);
    EXPECT(freopen("/dev/null", "w", stdout) != NULL);
    execl("/proc/self/exe", "guest", "on_a_fiber", endpoint, token, folder, (char *)NULL);
    _exit(9);
  }
  EXPECT(ends_well(child));
}

/* A host that reaps every child, and one that ignores how they end. */
static void reap(int number) {
  int before = errno;
  (void)number;
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  errno = before;
}

static void children_are_reaped_by_the_host(void) {
  void (*handlers[])(int) = {SIG_IGN, reap};
  for (size_t i = 0; i < 2; i++) {
    graph_client_options options;
    graph_client *client = NULL;
    graph_outcome *outcome = NULL;
    char path[5000], script[5000];
    FILE *file;
    snprintf(path, sizeof path, "%s/az", folder);
    file = fopen(path, "w");
    EXPECT(file != NULL);
    snprintf(script, sizeof script, "#!/bin/sh\necho '{\"accessToken\":\"%s\",\"expires_on\":99999999999}'\n", token);
    fputs(script, file);
    fclose(file);
    chmod(path, 0700);
    snprintf(path, sizeof path, "%s:/usr/bin:/bin", folder);
    setenv("PATH", path, 1);
    signal(SIGCHLD, handlers[i]);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.endpoint = endpoint;
    options.timeout_ms = 20000;
    graph_credential_options credential;
    memset(&credential, 0, sizeof credential);
    credential.struct_size = sizeof credential;
    credential.kind = "azure-cli";
    options.credential = &credential;
    EXPECT(graph_client_new(&options, &client, &outcome) == GRAPH_STATUS_OK);
    EXPECT(call(client) == GRAPH_STATUS_OK);
    graph_client_free(client);
  }
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"calls_before_main", calls_before_main},
      {"called_before_main", was_called_before_main},
      {"forks_among_calls", forks_among_calls},
      {"programs_inherit_nothing", programs_inherit_nothing},
      {"nothing_was_inherited", nothing_was_inherited},
      {"a_child_ends_beside_a_run", a_child_ends_beside_a_run},
      {"ends_among_calls", ends_among_calls},
      {"the_main_thread_ends", the_main_thread_ends},
      {"a_thread_is_cancelled_in_a_run", a_thread_is_cancelled_in_a_run},
      {"on_a_fiber", on_a_fiber},
      {"a_small_main_stack", a_small_main_stack},
      {"everything_here", everything_here},
      {"fibers_beside_an_endless_stack", fibers_beside_an_endless_stack},
      {"children_are_reaped_by_the_host", children_are_reaped_by_the_host},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
