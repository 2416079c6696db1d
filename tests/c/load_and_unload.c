/* Loads the library, calls, and unloads it a thousand times.
 * Usage: load_and_unload LIBRARY ENDPOINT TOKEN */

#include <graph_invalidate.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef int32_t (*new_function)(const graph_client_options *, graph_client **, graph_outcome **);
typedef int32_t (*invalidate_function)(const graph_client *, const char *,
                                       const graph_cancellation *, graph_outcome **);
typedef void (*free_function)(graph_client *);

int main(int argc, char **argv) {
  int round;
  if (argc != 4) return 2;
  for (round = 0; round < 1000; round++) {
    graph_client_options options;
    graph_client *client = NULL;
    new_function make;
    invalidate_function invalidate;
    free_function release;
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 3;
    *(void **)(&make) = dlsym(library, "graph_client_new");
    *(void **)(&invalidate) = dlsym(library, "graph_client_invalidate");
    *(void **)(&release) = dlsym(library, "graph_client_free");
    if (make == NULL || invalidate == NULL || release == NULL) return 4;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.endpoint = argv[2];
    options.token = argv[3];
    if (make(&options, &client, NULL) != GRAPH_STATUS_OK) return 5;
    if (invalidate(client, "me", NULL, NULL) != GRAPH_STATUS_OK) return 6;
    release(client);
    if (dlclose(library) != 0) return 7;
  }
  puts("ok");
  return 0;
}
