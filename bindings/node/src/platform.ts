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
 * What is wrong with a library of Linux, as far as its beginning tells: one that ends before the table of its sections
 * does, which stands at its end, could end the process by SIGBUS, and of one for another processor the system would say
 * that there is no such file.
 */
export function faultOf(library: string): string | undefined {
  const { bytes, size } = beginningOf(library);
  if (size < 64 || bytes.readUInt32BE(0) !== ELF || bytes[4] !== 2) {
    return undefined;
  }
  if (Number(bytes.readBigUInt64LE(40)) + bytes.readUInt16LE(58) * bytes.readUInt16LE(60) > size) {
    return "is cut short: install the package again.";
  }
  const program = beginningOf(process.execPath).bytes;
  const isForOther = program.readUInt32BE(0) === ELF && program.readUInt16LE(18) !== bytes.readUInt16LE(18);
  return isForOther ? "is for another processor than this Node: install the package for this one." : undefined;
}

/** How a file of Linux's form begins. */
const ELF = 0x7f454c46;

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
