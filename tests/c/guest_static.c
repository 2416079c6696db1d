/* A program that is linked statically and lives in a folder of its own, where there is no /dev and no library. See
 * guest.h. */

#define _DEFAULT_SOURCE

#include "guest.h"

static void alone_in_a_folder(void) {
  graph_client *client;
  graph_run *run = NULL;
  EXPECT(chroot(folder) == 0 && chdir("/") == 0);
  folder = "";
  client = new_client();
  EXPECT(call(client) == GRAPH_STATUS_OK);
  EXPECT(new_run(client, "alone.jsonl", 0, &run, NULL) == GRAPH_STATUS_OK);
  EXPECT(whole_run(run) == -1);
  graph_run_free(run);
  graph_client_free(client);
}

int main(int argc, char **argv) {
  static const struct situation situations[] = {{"alone_in_a_folder", alone_in_a_folder}, {NULL, NULL}};
  return play(argc, argv, situations);
}
