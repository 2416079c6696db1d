/* Looks for the token in the process's own memory after everything that held it was freed.
 * The token comes in masked, byte by byte, from standard input, so that nothing but the library holds it in the clear.
 * Usage: memory ENDPOINT CA_FILE, "-" for no file; prints where it was found: "held" while the client lives, "left"
 * after. */

#define _POSIX_C_SOURCE 200809L

#include <graph_invalidate.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MASK 0x5a
#define LONGEST 8192
/* How much of the token's end is looked for: its signature, the part that nobody could guess. */
#define PART 24

static unsigned char masked[LONGEST];
static size_t length;

static int is_here(const unsigned char *at) {
  const unsigned char *part = masked + length - PART;
  size_t i;
  for (i = 0; i < PART; i++) {
    if ((at[i] ^ MASK) != part[i]) return 0;
  }
  return 1;
}

/* How often the token's end stands in one mapping. */
static int count(int memory, unsigned long begin, unsigned long end) {
  static unsigned char buffer[(1 << 16) + PART];
  unsigned long at;
  int found = 0;
  for (at = begin; at < end; at += 1 << 16) {
    size_t wanted = end - at < sizeof buffer ? end - at : sizeof buffer;
    ssize_t got = pread(memory, buffer, wanted, (off_t)at);
    ssize_t i;
    for (i = 0; i + PART <= got && i < 1 << 16; i++) found += is_here(buffer + i);
    memset(buffer, 0, sizeof buffer);
  }
  return found;
}

static int search(const char *when) {
  FILE *maps = fopen("/proc/self/maps", "r");
  int memory = open("/proc/self/mem", O_RDONLY);
  char line[512];
  int all = 0;
  if (maps == NULL || memory < 0) exit(8);
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long begin, end;
    char rights[5];
    int found;
    if (sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3 || rights[0] != 'r') continue;
    if (strstr(line, "[v") != NULL) continue;
    found = count(memory, begin, end);
    if (found > 0) printf("%s %d in %s", when, found, line);
    all += found;
  }
  fclose(maps);
  close(memory);
  return all;
}

static void unmask(char *token) {
  size_t i;
  for (i = 0; i < length; i++) token[i] = (char)(masked[i] ^ MASK);
  token[length] = 0;
}

static void wipe(char *token) {
  volatile char *at = token;
  size_t i;
  for (i = 0; i < LONGEST; i++) at[i] = 0;
}

int main(int argc, char **argv) {
  graph_client_options options;
  graph_client *client = NULL;
  graph_outcome *outcome = NULL;
  static char token[LONGEST];
  int32_t status;
  ssize_t got;
  if (argc != 3) return 2;
  while ((got = read(0, masked + length, sizeof masked - 1 - length)) > 0) length += (size_t)got;
  if (length < PART) return 3;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.endpoint = argv[1];
  if (strcmp(argv[2], "-") != 0) options.ca_file = argv[2];
  if (graph_client_new(&options, &client, NULL) != GRAPH_STATUS_OK) return 4;
  unmask(token);
  if (search("given") < 1) return 5; /* the search itself works */
  status = graph_client_set_token(client, token, NULL);
  wipe(token);
  if (status != GRAPH_STATUS_OK) return 6;
  status = graph_client_invalidate(client, "me", NULL, &outcome);
  if (status != GRAPH_STATUS_OK) {
    printf("failed: %s\n", outcome == NULL ? "" : outcome->message);
    return 7;
  }
  graph_outcome_free(outcome);
  search("held");
  if (graph_client_set_token(client, "another", NULL) != GRAPH_STATUS_OK) return 9;
  search("replaced");
  graph_client_free(client);
  search("left");
  puts("ok");
  return 0;
}
