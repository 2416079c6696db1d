/* Hosts with limits, habits and surroundings of their own, which stay theirs: a call works all the same, or says that
 * it cannot. See guest.h. */

#define _GNU_SOURCE

#include "guest.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fenv.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

/* How a run ends, without a word. */
static int32_t end_of(graph_run *run) {
  static const char *users[] = {USER};
  graph_outcome *outcome = NULL;
  int32_t status;
  graph_run_add(run, users, 1, NULL);
  graph_run_finish_input(run);
  while ((status = graph_run_next(run, 20000, &outcome)) == GRAPH_STATUS_OK) graph_outcome_free(outcome);
  graph_outcome_free(outcome);
  return status;
}

/* A host with a limit on the size of its files: SIGXFSZ would end it. */
static void files_may_not_grow(void) {
  struct rlimit limit = {0, 0};
  graph_client *client = new_client();
  graph_run *run = NULL;
  graph_outcome *failure = NULL;
  int32_t status;
  char path[4096];
  signal(SIGXFSZ, SIG_DFL);
  EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  status = new_run(client, "full.jsonl", 0, &run, &failure);
  if (status == GRAPH_STATUS_OK) status = end_of(run);
  EXPECT(status / 100 == 8);
  graph_outcome_free(failure);
  graph_run_free(run);
  /* Full in the middle of a line that is there already. */
  snprintf(path, sizeof path, "%s/full.jsonl", folder);
  unlink(path);
  EXPECT(call(client) == GRAPH_STATUS_OK);
  graph_client_free(client);
}

/* A journal that is a pipe whose reader is gone: SIGPIPE would end the program. */
static void a_journal_that_is_a_pipe(void) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  graph_outcome *failure = NULL;
  char path[4096];
  int reader;
  signal(SIGPIPE, SIG_DFL);
  snprintf(path, sizeof path, "%s/pipe.jsonl", folder);
  EXPECT(mkfifo(path, 0600) == 0);
  reader = open(path, O_RDONLY | O_NONBLOCK);
  EXPECT(reader >= 0);
  for (int resume = 0; resume < 2; resume++) {
    int32_t status = new_run(client, "pipe.jsonl", resume, &run, &failure);
    close(reader);
    if (status == GRAPH_STATUS_OK) status = end_of(run);
    EXPECT(status / 100 == 8);
    graph_outcome_free(failure);
    failure = NULL;
    graph_run_free(run);
    run = NULL;
    reader = open(path, O_RDONLY | O_NONBLOCK);
  }
  graph_client_free(client);
}

/* A host that counts time by a signal every half millisecond, and whose system calls are interrupted by it. */
static volatile sig_atomic_t ticks;

static void tick(int number) {
  (void)number;
  ticks++;
}

static void a_storm_of_signals(void) {
  struct sigaction action;
  struct itimerval every = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
  memset(&action, 0, sizeof action);
  action.sa_handler = tick;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &every, NULL);
  everything("storm.jsonl");
  EXPECT(ticks > 10);
  setitimer(ITIMER_REAL, &never, NULL);
}

/* A host that wants to hear of every division by zero, as programs that compute do. */
static void floating_point_traps(void) {
#ifdef __GLIBC__
  graph_client *client = new_client();
  graph_run_options options;
  graph_run *run = NULL;
  feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
  everything("traps.jsonl");
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.rate = INFINITY;
  EXPECT(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
#endif
}

/* After its clients are made, the host's environment may be anything, and gone. */
static void the_environment_is_gone(void) {
  extern char **environ;
  char **poison;
  graph_client *client = new_client();
  graph_run *run = NULL;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  poison = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  environ = poison;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, "gone.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
  environ = NULL;
}

/* What a file of the record may be read by is no question of the host's mask. */
static void the_record_is_its_owners(void) {
  struct stat told;
  char path[4096];
  umask(0);
  everything("private.jsonl");
  snprintf(path, sizeof path, "%s/private.jsonl", folder);
  EXPECT(stat(path, &told) == 0 && (told.st_mode & 077) == 0);
}

static void call_through(void *copy) {
  int32_t (*make)(const graph_client_options *, graph_client **, graph_outcome **);
  int32_t (*sign_out)(const graph_client *, const char *, const graph_cancellation *, graph_outcome **);
  void (*release)(graph_client *);
  graph_client_options options;
  graph_client *client = NULL;
  *(void **)&make = dlsym(copy, "graph_client_new");
  *(void **)&sign_out = dlsym(copy, "graph_client_invalidate");
  *(void **)&release = dlsym(copy, "graph_client_free");
  EXPECT(make != NULL && sign_out != NULL && release != NULL);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = endpoint;
  options.token = token;
  EXPECT(make(&options, &client, NULL) == GRAPH_STATUS_OK);
  EXPECT(sign_out(client, USER, NULL, NULL) == GRAPH_STATUS_OK);
  release(client);
}

/* A daemon leaves the folder in which it was started, while its run goes on. */
static void the_host_goes_to_another_folder(void) {
  static const char *first[] = {USER}, *second[] = {"user000002@contoso.example"};
  graph_client *client = new_client();
  graph_run_options options;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  int accepted = 0;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.journal = "relative.jsonl";
  EXPECT(chdir(folder) == 0);
  EXPECT(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  for (int i = 0; i < 2; i++) {
    EXPECT(graph_run_add(run, i == 0 ? first : second, 1, NULL) == GRAPH_STATUS_OK);
    if (i == 1) graph_run_finish_input(run);
    EXPECT(graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_OK);
    accepted += outcome->status == GRAPH_STATUS_OK;
    graph_outcome_free(outcome);
    EXPECT(chdir("/") == 0);
  }
  EXPECT(accepted == 2 && graph_run_next(run, 20000, &outcome) == GRAPH_STATUS_RUN_DONE);
  graph_run_free(run);
  EXPECT(access("relative.jsonl", F_OK) != 0 && chdir(folder) == 0 && access("relative.jsonl", F_OK) == 0);
  /* One that was created and not used goes again, wherever the program is by then. */
  options.journal = "unused.jsonl";
  EXPECT(graph_run_new(client, &options, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(chdir("/") == 0);
  graph_run_cancel(run);
  graph_run_free(run);
  graph_client_free(client);
}

/* A host that keeps all its memory in place, and may have little more of it: what is said is no defect. */
static void memory_is_short(void) {
  struct rlimit limit = {8 << 20, 8 << 20};
  graph_client *client = new_client();
  graph_run *run = NULL;
  graph_outcome *failure = NULL;
  int32_t status;
  setrlimit(RLIMIT_MEMLOCK, &limit);
  mlockall(MCL_FUTURE);
  status = call(client);
  EXPECT(status < 900);
  status = new_run(client, NULL, 0, &run, &failure);
  EXPECT(status == GRAPH_STATUS_OK || status == GRAPH_STATUS_TOO_MANY_THREADS);
  if (run != NULL) whole_run(run);
  graph_outcome_free(failure);
  graph_run_free(run);
  munlockall();
  graph_client_free(client);
}

/* Two copies of the library, and one in a namespace of its own. */
static void copies_of_the_library(void) {
  Dl_info told;
  char path[4096], line[8300];
  void *copies[2] = {NULL, NULL};
  EXPECT(dladdr((void *)(uintptr_t)graph_abi_version, &told) != 0);
  snprintf(path, sizeof path, "%s/copy.so", folder);
  snprintf(line, sizeof line, "cp '%s' '%s'", told.dli_fname, path);
  EXPECT(system(line) == 0);
  copies[0] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  EXPECT(copies[0] != NULL);
#ifdef __GLIBC__
  copies[1] = dlmopen(LM_ID_NEWLM, path, RTLD_NOW | RTLD_LOCAL);
  EXPECT(copies[1] != NULL);
#endif
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < 2; i++) {
      if (copies[i] != NULL) call_through(copies[i]);
    }
    everything(round == 0 ? "copies.jsonl" : NULL);
  }
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"files_may_not_grow", files_may_not_grow},
      {"a_journal_that_is_a_pipe", a_journal_that_is_a_pipe},
      {"a_storm_of_signals", a_storm_of_signals},
      {"floating_point_traps", floating_point_traps},
      {"the_environment_is_gone", the_environment_is_gone},
      {"the_record_is_its_owners", the_record_is_its_owners},
      {"the_host_goes_to_another_folder", the_host_goes_to_another_folder},
      {"memory_is_short", memory_is_short},
      {"copies_of_the_library", copies_of_the_library},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
