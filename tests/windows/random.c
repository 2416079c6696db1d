/* Stands in for bcryptprimitives.dll, which Rust's standard library asks for random bytes and Wine 8 does not have.
 * For tests in Wine only: never part of what ships. */

#include <windows.h>

#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PUCHAR bytes, SIZE_T length) {
  return RtlGenRandom(bytes, (ULONG)length);
}
