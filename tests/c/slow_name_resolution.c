/* Stands before the system's name resolution and never comes to an end. */

#include <stdio.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const void *hints, void *result);

int getaddrinfo(const char *name, const char *service, const void *hints, void *result) {
  (void)service, (void)hints, (void)result;
  fprintf(stderr, "resolving %s\n", name);
  for (;;) sleep(1000);
}
