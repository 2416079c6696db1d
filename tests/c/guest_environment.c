/* Variables, clocks and paths. See guest.h. The functions of the system that this program defines itself stand in for
 * machines that are set up in other ways. */

#define _GNU_SOURCE

#include "guest.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

static int more_rights, reading_is_forbidden, read_in_spite_of_that;
static int64_t clock_is_off_by;

unsigned long getauxval(unsigned long name) {
  unsigned long (*really)(unsigned long);
  if (name == AT_SECURE && more_rights) return 1;
  *(void **)&really = dlsym(RTLD_NEXT, "getauxval");
  return really(name);
}

char *getenv(const char *name) {
  char *(*really)(const char *);
  if (reading_is_forbidden) {
    dprintf(said, "read %s\n", name);
    read_in_spite_of_that = 1;
  }
  *(void **)&really = dlsym(RTLD_NEXT, "getenv");
  return really(name);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += clock_is_off_by;
  return result;
}

/* Where the process has more rights than its caller, the caller's variables are not read. */
static void more_rights_than_the_caller(void) {
  graph_client *client = NULL;
  graph_access *access = NULL;
  graph_client_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = token;
  EXPECT(setenv("GRAPH_INVALIDATE_ENDPOINT", endpoint, 1) == 0);
  for (more_rights = 0; more_rights < 2; more_rights++) {
    EXPECT(graph_client_new(&options, &client, NULL) == GRAPH_STATUS_OK);
    EXPECT(graph_client_access(client, &access, NULL) == GRAPH_STATUS_OK);
    EXPECT(access->endpoint != NULL);
    EXPECT((strcmp(access->endpoint, endpoint) == 0) == !more_rights);
    EXPECT((strncmp(access->endpoint, "https://graph.", 14) == 0) == more_rights);
    graph_access_free(access);
    graph_client_free(client);
  }
}

/* Read when the client is made, and never later. */
static void variables_are_read_once(void) {
  graph_client *client = new_client();
  graph_run *run = NULL;
  reading_is_forbidden = 1;
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, "once.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
  EXPECT(!read_in_spite_of_that);
}

/* A clock before 1970, before every calendar, and beyond them. */
static void clocks_beyond_calendars(void) {
  static const int64_t off_by[] = {-4000000000LL, -1000000000000LL, 300000000000LL, 8000000000000000LL};
  for (size_t i = 0; i < sizeof off_by / sizeof *off_by; i++) {
    graph_client *client;
    graph_run *run = NULL;
    graph_outcome *outcome = NULL;
    int32_t status;
    clock_is_off_by = off_by[i];
    client = new_client();
    status = graph_client_invalidate(client, USER, NULL, &outcome);
    /* By such a clock the token is over, or its time has not come. */
    EXPECT(status == GRAPH_STATUS_OK || status / 100 == 2);
    EXPECT(outcome->time != NULL && outcome->time[0] != 0);
    graph_outcome_free(outcome);
    EXPECT(new_run(client, "clocks.jsonl", 1, &run, NULL) < GRAPH_STATUS_INTERNAL_ERROR);
    if (run != NULL) graph_run_cancel(run);
    graph_run_free(run);
    graph_client_free(client);
  }
}

/* Names of files are bytes. */
static void paths_are_bytes(void) {
  graph_client_options options;
  graph_client *client = new_client(), *none = NULL;
  graph_run *run = NULL;
  graph_outcome *outcome = NULL;
  struct stat told;
  char path[4096];
  EXPECT(new_run(client, "jou\xfe\xff\xed\xa0\x80.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  snprintf(path, sizeof path, "%s/%s", folder, "jou\xfe\xff\xed\xa0\x80.jsonl");
  EXPECT(stat(path, &told) == 0 && told.st_size > 0);
  /* What a language writes for a NUL is refused in any case. */
  EXPECT(new_run(client, "jou\xc0\x80.jsonl", 0, &run, NULL) == GRAPH_STATUS_INVALID_UTF8);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  snprintf(path, sizeof path, "%s/\xff.pem", folder);
  options.ca_file = path;
  EXPECT(graph_client_new(&options, &none, &outcome) == GRAPH_STATUS_INVALID_CA_FILE);
  graph_outcome_free(outcome);
  graph_client_free(client);
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {
      {"more_rights_than_the_caller", more_rights_than_the_caller},
      {"variables_are_read_once", variables_are_read_once},
      {"clocks_beyond_calendars", clocks_beyond_calendars},
      {"paths_are_bytes", paths_are_bytes},
      {NULL, NULL},
  };
  return play(argc, argv, situations);
}
