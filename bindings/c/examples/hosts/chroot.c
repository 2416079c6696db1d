/* A program that lives in a chroot. The client is made before: its options name files outside, which are read then and
 * never again. Names of hosts are resolved by the system in the chroot, which needs etc/resolv.conf and the like in
 * there, or an address.
 * Usage: chroot FOLDER CA_FILE USER, with GRAPH_INVALIDATE_TOKEN in the environment, as root. */

#define _DEFAULT_SOURCE

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  int32_t status;
  if (argc != 4) return 2;

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.token = getenv("GRAPH_INVALIDATE_TOKEN");
  /* The system's own authorities are read with the first connection, which is made in the chroot: so they are named
     here. */
  options.ca_file = argv[2];
  if (graph_client_new(&options, &client, &outcome) != GRAPH_STATUS_OK) {
    fprintf(stderr, "%s\n", outcome->message);
    return 1;
  }
  if (chroot(argv[1]) != 0 || chdir("/") != 0) {
    perror(argv[1]);
    return 1;
  }
  status = graph_client_invalidate(client, argv[3], NULL, &outcome);
  puts(status == GRAPH_STATUS_OK ? "accepted" : outcome->message);
  graph_outcome_free(outcome);
  graph_client_free(client);
  return status == GRAPH_STATUS_OK ? 0 : 1;
}
