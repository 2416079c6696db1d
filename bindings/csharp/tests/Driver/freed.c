/* Loaded before everything else: shows what was still in memory that is freed, where it begins like a secret of the
   tests. */

#define _GNU_SOURCE

#include <malloc.h>
#include <string.h>
#include <unistd.h>

extern void __libc_free(void *memory);

void free(void *memory) {
  static const char mark[] = "emulated-";
  size_t size = memory == NULL ? 0 : malloc_usable_size(memory);
  const char *found = size == 0 ? NULL : memmem(memory, size, mark, strlen(mark));
  if (found != NULL) {
    size_t left = size - (size_t)(found - (const char *)memory);
    (void)!write(STDOUT_FILENO, found, strnlen(found, left));
    (void)!write(STDOUT_FILENO, "\n", 1);
  }
  __libc_free(memory);
}
