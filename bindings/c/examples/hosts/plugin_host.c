/* A host of plug-ins: loads one, lets it sign a user out, and unloads it, again and again.
 * Usage: plugin_host PLUGIN USER TIMES, with GRAPH_INVALIDATE_TOKEN in the environment. */

#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  for (int times = atoi(argv[3]); times > 0; times--) {
    int (*sign_out)(const char *, const char *);
    int status;
    void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (plugin == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    *(void **)&sign_out = dlsym(plugin, "sign_out");
    if (sign_out == NULL) return 1;
    status = sign_out(argv[2], getenv("GRAPH_INVALIDATE_TOKEN"));
    dlclose(plugin);
    if (status != 0) {
      fprintf(stderr, "status %d\n", status);
      return 1;
    }
  }
  puts("done");
  return 0;
}
