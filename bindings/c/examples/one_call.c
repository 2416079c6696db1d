/* The whole job in one call. Usage: one_call USER, with the token in GRAPH_INVALIDATE_TOKEN. */

#include <graph_invalidate.h>

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const char *user = argc > 1 ? argv[1] : NULL; /* NULL: the signed-in user */
  int32_t status = graph_invalidate_all_refresh_tokens(user, getenv("GRAPH_INVALIDATE_TOKEN"));
  printf("%s: %s\n", user != NULL ? user : "me", graph_status_name(status));
  return status == GRAPH_STATUS_OK ? 0 : 1;
}
