/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Structures of the library from JavaScript's arrays, and arrays from them. JavaScript has checked the types.
 */

#include "addon.h"

#include <math.h>
#include <string.h>

static napi_value element(napi_env env, napi_value array, uint32_t index) {
  napi_value value = NULL;
  napi_get_element(env, array, index, &value);
  return value;
}

static uint32_t length_of(napi_env env, napi_value array) {
  uint32_t length = 0;
  if (napi_get_array_length(env, array, &length) != napi_ok) return 0;
  return length;
}

/* What is out of range, numbers below zero among them, becomes one that the library refuses. */
static uint64_t whole(double number, uint64_t largest) {
  return number >= 0 && number <= (double)largest ? (uint64_t)number : largest;
}

static void write_field(const field *field, memory *memory, napi_env env, napi_value value, char *structure) {
  void *place = structure + field->offset;
  size_t *length = (size_t *)(structure + field->length_offset);
  double number = 0;
  switch (field->kind) {
    case TEXT:
      *(const char **)place = memory_text(memory, env, value);
      break;
    case TEXTS:
    case PAIRS: {
      /* A pair is two texts: an array of them is laid out as one of pairs is. An empty environment is none of the
       * process's: a list of nothing is there. */
      uint32_t count = 0;
      if (napi_get_array_length(env, value, &count) != napi_ok) break;
      const char **texts = memory_take(memory, (count + 1) * sizeof(char *));
      for (uint32_t at = 0; at < count; at++) texts[at] = memory_text(memory, env, element(env, value, at));
      *(const char ***)place = texts;
      *length = field->kind == PAIRS ? count / 2 : count;
      break;
    }
    case BYTES: {
      void *bytes = NULL;
      size_t count = 0;
      if (napi_get_typedarray_info(env, value, NULL, &count, &bytes, NULL, NULL) == napi_ok) {
        /* None at all is another thing than what was left out: the library refuses it. */
        void *copy = memory_take(memory, count + 1);
        if (count > 0) memcpy(copy, bytes, count);
        *(void **)place = copy;
        *length = count;
      }
      break;
    }
    case UNSIGNED:
      if (napi_get_value_double(env, value, &number) == napi_ok) *(uint32_t *)place = (uint32_t)whole(number, UINT32_MAX);
      break;
    case WIDE:
      if (napi_get_value_double(env, value, &number) == napi_ok) *(uint64_t *)place = whole(number, UINT64_MAX / 4096 * 4096);
      break;
    case REAL:
      if (napi_get_value_double(env, value, &number) == napi_ok) *(double *)place = number;
      break;
    case STRUCTURE:
      if (length_of(env, value) > 0) *(void **)place = shape_write(field->shape, memory, env, value);
      break;
    case SIGNED:
    case STRUCTURES:
      break; /* these only come out */
  }
}

void *shape_write(const shape *shape, memory *memory, napi_env env, napi_value values) {
  char *structure = memory_take(memory, shape->size);
  *(size_t *)structure = shape->size;
  for (size_t at = 0; at < shape->fields_len; at++) {
    write_field(&shape->fields[at], memory, env, element(env, values, (uint32_t)at), structure);
  }
  return structure;
}

static napi_value text(napi_env env, const char *text) {
  napi_value value = NULL;
  if (text == NULL) {
    napi_get_undefined(env, &value);
  } else {
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  }
  return value;
}

/* Texts in one, with NUL between them: JavaScript takes them apart in less time than an array of them is made. */
static napi_value joined(napi_env env, const char *const *texts, size_t count) {
  memory memory = {0};
  size_t length = 0;
  napi_value value = NULL;
  if (count == 0) return text(env, NULL);
  for (size_t at = 0; at < count; at++) length += strlen(texts[at]) + 1;
  char *all = memory_take(&memory, length), *to = all;
  for (size_t at = 0; at < count; at++) {
    size_t length = strlen(texts[at]) + 1;
    memcpy(to, texts[at], length);
    to += length;
  }
  napi_create_string_utf8(env, all, length - 1, &value);
  memory_release(&memory);
  return value;
}

static napi_value read_field(const field *field, napi_env env, const char *structure) {
  const void *place = structure + field->offset;
  size_t length = field->length_offset == 0 ? 0 : *(const size_t *)(structure + field->length_offset);
  napi_value value = NULL;
  switch (field->kind) {
    case TEXT:
      return text(env, *(const char *const *)place);
    case TEXTS:
    case PAIRS:
      return joined(env, *(const char *const *const *)place, field->kind == PAIRS ? length * 2 : length);
    case STRUCTURES: {
      const void *const *items = *(const void *const *const *)place;
      napi_create_array_with_length(env, length, &value);
      for (size_t at = 0; at < length; at++) {
        napi_set_element(env, value, (uint32_t)at, shape_read(field->shape, env, items[at]));
      }
      return value;
    }
    case UNSIGNED:
      napi_create_uint32(env, *(const uint32_t *)place, &value);
      return value;
    case SIGNED:
      napi_create_int32(env, *(const int32_t *)place, &value);
      return value;
    case WIDE:
      napi_create_double(env, (double)*(const uint64_t *)place, &value);
      return value;
    case REAL:
      napi_create_double(env, *(const double *)place, &value);
      return value;
    case BYTES:
    case STRUCTURE:
      break; /* these only go in */
  }
  napi_get_undefined(env, &value);
  return value;
}

napi_value shape_read(const shape *shape, napi_env env, const void *structure) {
  napi_value values = NULL;
  napi_create_array_with_length(env, shape->fields_len, &values);
  for (size_t at = 0; at < shape->fields_len; at++) {
    napi_set_element(env, values, (uint32_t)at, read_field(&shape->fields[at], env, structure));
  }
  return values;
}
