/** A native client with its users: let go of when it is closed and nobody uses it any more. */

import { addon, type Handle } from "./native.js";

export class Connection {
  readonly #handle: Handle;
  #users = 0;
  #isClosed = false;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** The native client, for a moment. */
  get handle(): Handle {
    return this.#handle;
  }

  /** Uses it until `release`. */
  hold(): void {
    if (this.#isClosed) {
      throw closed("client");
    }
    this.#users++;
  }

  release(): void {
    this.#users--;
    this.#letGo();
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#letGo();
    }
  }

  #letGo(): void {
    if (this.#isClosed && this.#users === 0) {
      addon().letGo(this.#handle);
    }
  }
}

/** The error for what was closed. */
export function closed(what: string): Error {
  return Object.assign(new Error(`The ${what} is closed.`), { code: "ERR_GRAPH_INVALIDATE_CLOSED" });
}
