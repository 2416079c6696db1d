/* A daemon: it makes its client, goes to the background in the classic way (two forks, every descriptor closed), and
 * signs users out for as long as it is told to. Usage: daemon REPORT USER..., with GRAPH_INVALIDATE_TOKEN in the
 * environment. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* To the background. A client that was made before works on afterwards, with connections of its own. */
static int to_the_background(void) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child > 0) _exit(0);
  if (setsid() < 0) return -1;
  if ((child = fork()) < 0) return -1;
  if (child > 0) _exit(0);
  for (long number = sysconf(_SC_OPEN_MAX) - 1; number >= 0; number--) close((int)number);
  if (chdir("/") != 0) return -1;
  umask(077);
  return 0;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  FILE *report;
  if (argc < 3) return 2;

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  if (graph_client_new(&options, &client, &outcome) != GRAPH_STATUS_OK) {
    fprintf(stderr, "%s\n", outcome->message);
    return 1;
  }
  /* What can go wrong is said while there is somebody to read it: this one call is made in the foreground. */
  if (graph_client_invalidate(client, argv[2], NULL, &outcome) != GRAPH_STATUS_OK) {
    fprintf(stderr, "%s\n", outcome->message);
    return 1;
  }
  graph_outcome_free(outcome);

  if (to_the_background() != 0) return 1;
  /* No standard stream is open now. The library takes none of their numbers; the report gets the first. */
  report = fopen(argv[1], "a");
  if (report == NULL) return 1;
  for (int i = 2; i < argc; i++) {
    int32_t status = graph_client_invalidate(client, argv[i], NULL, NULL);
    fprintf(report, "%s: %s\n", argv[i], status == GRAPH_STATUS_OK ? "accepted" : graph_status_name(status));
  }
  fputs("done\n", report);
  fclose(report);
  graph_client_free(client);
  return 0;
}
