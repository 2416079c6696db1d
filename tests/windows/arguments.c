/* Gives the test programs their arguments as UTF-8, as they have them elsewhere: Windows has them as UTF-16, and its C
 * library makes text of the machine's code page of them. */

#include <stdlib.h>
#include <windows.h>

/* The program's own main(), renamed by the compiler's command line. */
int program_main(int argc, char **argv);

int wmain(int argc, wchar_t **wide) {
  char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
  int number;
  if (arguments == NULL) return 99;
  for (number = 0; number < argc; number++) {
    int size = WideCharToMultiByte(CP_UTF8, 0, wide[number], -1, NULL, 0, NULL, NULL);
    arguments[number] = malloc((size_t)size);
    if (arguments[number] == NULL) return 99;
    WideCharToMultiByte(CP_UTF8, 0, wide[number], -1, arguments[number], size, NULL, NULL);
  }
  return program_main(argc, arguments);
}
