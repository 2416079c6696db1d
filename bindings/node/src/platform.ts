/** The name of the platform, as the packages with the addons have it. */

import { closeSync, openSync, readSync } from "node:fs";

/** This platform, such as `linux-x64-gnu`. */
export function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === "linux" ? `${name}-${libcOf(process.execPath)}` : name;
}

/** Far enough into a program for its headers, and for the name of its loader. */
const HEADER_BYTES = 4096;

/** The C library that a program on Linux runs on, by the loader that it names: never by what is installed beside it. */
export function libcOf(program: string): "gnu" | "musl" {
  const file = openSync(program, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    return header.includes("/ld-musl-") ? "musl" : "gnu";
  } finally {
    closeSync(file);
  }
}
