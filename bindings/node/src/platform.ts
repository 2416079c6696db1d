/** The name of the platform, as the packages with the addons have it. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** This platform, such as `linux-x64-gnu`. */
export function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === "linux" ? `${name}-${libcOf(process.execPath)}` : name;
}

/** Far enough into a program for its headers, and for the name of its loader. */
const HEADER_BYTES = 4096;

/** The C library that a program on Linux runs on, by the loader that it names: never by what is installed beside it. */
export function libcOf(program: string): "gnu" | "musl" {
  return beginningOf(program).bytes.includes("/ld-musl-") ? "musl" : "gnu";
}

/**
 * Whether a library of Linux ends before the table of its sections does, which stands at its end: loading it could end
 * the process by SIGBUS.
 */
export function isCutShort(library: string): boolean {
  const { bytes, size } = beginningOf(library);
  const isElf = size >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2;
  return isElf && Number(bytes.readBigUInt64LE(40)) + bytes.readUInt16LE(58) * bytes.readUInt16LE(60) > size;
}

function beginningOf(path: string): { readonly bytes: Buffer; readonly size: number } {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    readSync(file, bytes, 0, HEADER_BYTES, 0);
    return { bytes, size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}
