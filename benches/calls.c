/* Many calls at once through the C ABI. Usage: calls ENDPOINT CALLS queue|THREADS; the token comes on stdin. queue:
 * submits all of them and pulls what became of each. THREADS: so many threads share them out, each calling and waiting.
 * Prints how many seconds it took, the peak of resident memory in KiB, and the most threads that there were at once. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static graph_client *client;
static char token[16384];
static long calls, left;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int threads_now(void) {
  DIR *listing = opendir("/proc/self/task");
  int count = -2;
  while (readdir(listing) != NULL) count++;
  closedir(listing);
  return count;
}

static graph_call_options options_of_a_call(void) {
  graph_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.user = "adele.vance@contoso.example";
  options.token = token;
  return options;
}

static int through_a_queue(void) {
  graph_call_options options = options_of_a_call();
  graph_call_queue *queue = NULL;
  graph_outcome *outcome = NULL;
  long i;
  int threads = 0;
  if (graph_call_queue_new(&queue) != GRAPH_STATUS_OK) exit(4);
  for (i = 0; i < calls; i++) {
    if (graph_call_queue_submit(queue, client, &options, NULL, (uint64_t)i, NULL) != GRAPH_STATUS_OK) exit(5);
  }
  graph_call_queue_close(queue);
  threads = threads_now();
  for (i = 0; i < calls; i++) {
    if (graph_call_queue_next(queue, 60000, NULL, &outcome) != GRAPH_STATUS_OK) exit(6);
    if (outcome->status != GRAPH_STATUS_OK) {
      fprintf(stderr, "%s\n", outcome->message);
      exit(7);
    }
    graph_outcome_free(outcome);
  }
  graph_call_queue_free(queue);
  return threads;
}

static void *call_in_turns(void *unused) {
  graph_call_options options = options_of_a_call();
  for (;;) {
    long mine;
    pthread_mutex_lock(&lock);
    mine = left--;
    pthread_mutex_unlock(&lock);
    if (mine <= 0) return unused;
    if (graph_client_call(client, &options, NULL, NULL) != GRAPH_STATUS_OK) exit(8);
  }
}

static int through_threads(int count) {
  pthread_t *threads = (pthread_t *)calloc((size_t)count, sizeof *threads);
  int i, most;
  left = calls;
  for (i = 0; i < count; i++) {
    if (pthread_create(&threads[i], NULL, call_in_turns, NULL) != 0) exit(9);
  }
  most = threads_now();
  for (i = 0; i < count; i++) pthread_join(threads[i], NULL);
  free(threads);
  return most;
}

int main(int argc, char **argv) {
  graph_client_options options;
  struct rlimit limit;
  struct rusage used;
  double begin;
  int threads;
  if (argc != 4 || fgets(token, sizeof token, stdin) == NULL) return 2;
  token[strcspn(token, "\n")] = '\0';
  calls = atol(argv[2]);
  /* As the .NET runtime does, and programs with many connections. */
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 3;
  begin = now();
  threads = strcmp(argv[3], "queue") == 0 ? through_a_queue() : through_threads(atoi(argv[3]));
  printf("%.9f\n", now() - begin);
  getrusage(RUSAGE_SELF, &used);
  printf("%ld\n%d\n", used.ru_maxrss, threads);
  graph_client_free(client);
  return 0;
}
