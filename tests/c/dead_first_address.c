/* Stands before the system's name resolution: every name has two addresses, 127.0.0.2 and then 127.0.0.1. */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  int (*original)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  struct addrinfo *last;
  int failure;
  *(void **)&original = dlsym(RTLD_NEXT, "getaddrinfo");
  fprintf(stderr, "resolving %s\n", name);
  failure = original("127.0.0.2", service, hints, result);
  if (failure != 0) return failure;
  for (last = *result; last->ai_next != NULL; last = last->ai_next) continue;
  return original("127.0.0.1", service, hints, &last->ai_next);
}
