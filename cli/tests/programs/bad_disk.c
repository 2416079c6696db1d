/* Preloaded into the command: a disk with ROOM bytes left for what is appended to files, or whose every sync but the
   first GOOD_SYNCS fails, as after a fault of the hardware. What is not set is in order. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static long left_of(const char *name) {
  const char *value = getenv(name);
  return value == NULL ? 1L << 60 : atol(value);
}

static int sync_or_fail(void) {
  static long left = -1;
  if (left < 0) left = left_of("GOOD_SYNCS");
  if (left > 0) {
    left--;
    return 0;
  }
  errno = EIO;
  return -1;
}

int fdatasync(int file) {
  (void)file;
  return sync_or_fail();
}

int fsync(int file) {
  (void)file;
  return sync_or_fail();
}

/* As a full disk does it: what still fits is written, the next byte is refused. */
ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  static long room = -1;
  struct stat status;
  ssize_t written;
  if (real == NULL) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || !(fcntl(file, F_GETFL) & O_APPEND)) {
    return real(file, bytes, count);
  }
  if (room < 0) room = left_of("ROOM");
  if (room == 0 && count > 0) {
    errno = ENOSPC;
    return -1;
  }
  written = real(file, bytes, count < (size_t)room ? count : (size_t)room);
  if (written > 0) room -= written;
  return written;
}
