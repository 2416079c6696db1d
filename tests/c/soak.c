/* Bursts of many threads on one client, with rests between them, for as long as it is told to: at each rest nothing may
 * be left of the burst, and no call may have failed. Usage: soak ENDPOINT TOKEN SECONDS THREADS; prints what it found
 * at the rests. */

#define _GNU_SOURCE

#include <graph_invalidate.h>

#include <dirent.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 20, MOST_THREADS = 512 };

static graph_client *client;

static void *burst(void *number) {
  unsigned int seed = (unsigned int)(intptr_t)number;
  intptr_t failed = 0;
  char user[64];
  for (int i = 0; i < CALLS; i++) {
    graph_outcome *outcome = NULL;
    snprintf(user, sizeof user, "user%06d@contoso.example", rand_r(&seed) % 5000 + 1);
    if (graph_client_invalidate(client, user, NULL, &outcome) != GRAPH_STATUS_OK) {
      failed++;
      fprintf(stderr, "%s: %s\n", user, outcome->message);
    }
    graph_outcome_free(outcome);
    usleep((useconds_t)(rand_r(&seed) % 30000));
  }
  return (void *)failed;
}

static int entries(const char *folder) {
  int count = -2; /* . and .. */
  DIR *opened = opendir(folder);
  while (readdir(opened) != NULL) count++;
  closedir(opened);
  return count;
}

static long memory_in_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2) return -1;
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
  graph_client_options options;
  pthread_t threads[MOST_THREADS];
  int count, descriptors, most_descriptors = 0, most_threads = 0;
  long calls = 0, failed = 0, first_memory = 0, memory = 0;
  time_t begun = time(NULL), seconds;
  if (argc != 5) return 2;
  seconds = atoi(argv[3]);
  count = atoi(argv[4]);
  if (count < 1 || count > MOST_THREADS) return 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  options.token = argv[2];
  descriptors = entries("/proc/self/fd");
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  for (int round = 0; round < 3 || time(NULL) - begun < seconds; round++) {
    for (intptr_t i = 0; i < count; i++) pthread_create(&threads[i], NULL, burst, (void *)(i + 1 + round * count));
    for (int i = 0; i < count; i++) {
      void *result;
      pthread_join(threads[i], &result);
      failed += (intptr_t)result;
      calls += CALLS;
    }
    /* A rest; more often than not a short one. */
    usleep(round % 4 == 0 ? 500000 : 0);
    if (round % 4 != 0 && round > 2) continue;
    sleep(4);
    if (entries("/proc/self/fd") - descriptors > most_descriptors) most_descriptors = entries("/proc/self/fd") - descriptors;
    if (entries("/proc/self/task") > most_threads) most_threads = entries("/proc/self/task");
    memory = memory_in_kib();
    if (round < 3) first_memory = memory;
  }
  graph_client_free(client);
  printf("calls %ld, failed %ld; at rest: descriptors %d, threads %d, memory %ld KiB after three bursts, %ld KiB at the end\n", calls, failed,
         most_descriptors, most_threads, first_memory, memory);
  return failed != 0 || most_descriptors > 8 || most_threads > 2 || memory > first_memory + 4096;
}
