/* An expectation of a test program, which ends where it is not met. Written to be C99 and C++11 at once. */

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                    \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);               \
      exit(1);                                                                              \
    }                                                                                       \
  } while (0)

#endif
