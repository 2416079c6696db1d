/* A plug-in that signs a user out: a shared object that a host loads, calls and unloads. See plugin_host.c.
 * Build: cc -shared -fPIC plugin.c -lgraph_invalidate -o plugin.so */

#include <graph_invalidate.h>

/* The plug-in's whole interface: 0 where the user was signed out. Everything that was made is freed before it returns,
 * so that nothing of it is left when the plug-in goes. The library itself stays in memory once it was loaded. */
int sign_out(const char *user, const char *token);

int sign_out(const char *user, const char *token) {
  graph_client_options options = {0};
  graph_client *client = NULL;
  int32_t status;
  options.struct_size = sizeof options;
  options.token = token;
  status = graph_client_new(&options, &client, NULL);
  if (status == GRAPH_STATUS_OK) status = graph_client_invalidate(client, user, NULL, NULL);
  graph_client_free(client);
  return (int)status;
}
