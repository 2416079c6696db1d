/* Preloaded into the command: the time of day jumps by JUMP seconds when the command is one second old. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  static struct timespec begin;
  int answer;
  if (real == NULL) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  answer = real(clock, time);
  if (clock != CLOCK_REALTIME) return answer;
  if (begin.tv_sec == 0) begin = *time;
  if ((time->tv_sec - begin.tv_sec) * 1000 + (time->tv_nsec - begin.tv_nsec) / 1000000 >= 1000) {
    time->tv_sec += atol(getenv("JUMP"));
  }
  return answer;
}
