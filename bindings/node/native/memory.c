/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "addon.h"

#include <stdlib.h>
#include <string.h>

typedef struct block {
  struct block *next;
  size_t size;
  size_t used;
  _Alignas(max_align_t) unsigned char bytes[];
} block;

enum { SMALLEST_BLOCK = 2048 };

void *memory_take(memory *memory, size_t size) {
  size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  block *last = memory->blocks;
  if (last == NULL || last->size - last->used < size) {
    size_t room = size > SMALLEST_BLOCK ? size : SMALLEST_BLOCK;
    last = calloc(1, sizeof(block) + room);
    if (last == NULL) abort(); /* as Node does where memory runs out */
    last->size = room;
    last->next = memory->blocks;
    memory->blocks = last;
  }
  void *taken = last->bytes + last->used;
  last->used += size;
  return taken;
}

void memory_release(memory *memory) {
  while (memory->blocks != NULL) {
    block *first = memory->blocks;
    memory->blocks = first->next;
    /* Tokens and secrets were here; no compiler may leave this out. */
    volatile unsigned char *bytes = first->bytes;
    for (size_t at = 0; at < first->used; at++) bytes[at] = 0;
    free(first);
  }
}

static char *put(char *to, uint32_t point) {
  if (point == 0) {
    *to++ = (char)0xC0;
    *to++ = (char)0x80;
  } else if (point < 0x80) {
    *to++ = (char)point;
  } else if (point < 0x800) {
    *to++ = (char)(0xC0 | point >> 6);
    *to++ = (char)(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    *to++ = (char)(0xE0 | point >> 12);
    *to++ = (char)(0x80 | (point >> 6 & 0x3F));
    *to++ = (char)(0x80 | (point & 0x3F));
  } else {
    *to++ = (char)(0xF0 | point >> 18);
    *to++ = (char)(0x80 | (point >> 12 & 0x3F));
    *to++ = (char)(0x80 | (point >> 6 & 0x3F));
    *to++ = (char)(0x80 | (point & 0x3F));
  }
  return to;
}

char *memory_text(memory *memory, napi_env env, napi_value value) {
  size_t units = 0;
  if (napi_get_value_string_utf16(env, value, NULL, 0, &units) != napi_ok) return NULL;
  char16_t *wide = memory_take(memory, (units + 1) * sizeof(char16_t));
  if (napi_get_value_string_utf16(env, value, wide, units + 1, &units) != napi_ok) return NULL;
  char *text = memory_take(memory, units * 3 + 1);
  char *to = text;
  for (size_t at = 0; at < units; at++) {
    uint32_t point = wide[at];
    bool leads = point >= 0xD800 && point < 0xDC00;
    if (leads && at + 1 < units && wide[at + 1] >= 0xDC00 && wide[at + 1] < 0xE000) {
      point = 0x10000 + ((point - 0xD800) << 10) + (wide[++at] - 0xDC00u);
    }
    to = put(to, point);
  }
  *to = '\0';
  return text;
}
