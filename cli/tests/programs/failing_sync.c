/* Preloaded into the command: a disk whose every sync but the first few fails, as after a fault of the hardware. */
#include <errno.h>
#include <stdlib.h>

static int left = -1;

static int sync_or_fail(void) {
  if (left < 0) left = atoi(getenv("GOOD_SYNCS"));
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
