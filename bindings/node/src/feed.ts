/** Users on their way into a run: taken from their source as far as they are wanted. */

import { Readable } from "node:stream";
import * as check from "./check.js";
import { settled } from "./errors.js";
import { typeName } from "./naming.js";
import { addon, type Handle } from "./native.js";

/** Where users come from. */
export type Users = Iterable<string> | AsyncIterable<string>;

/** A source that is about to be read. */
export interface Source {
  readonly isSync: boolean;
  readonly values: Iterator<unknown> | AsyncIterator<unknown>;
}

/**
 * A stream of text or bytes in pieces: where they end has nothing to do with where users do, and half of a key may be
 * another one's.
 */
export function isInPieces(users: unknown): boolean {
  return users instanceof Readable && !users.readableObjectMode;
}

/** What an iterator gave. */
function result(next: unknown): IteratorResult<unknown> {
  if (typeof next !== "object" || next === null) {
    throw new TypeError(`The result of users' iterator must be an object, not ${typeName(next)}.`);
  }
  return next as IteratorResult<unknown>;
}

/** Begins to read, and takes nothing yet. The lines of a file are lost to whoever begins later. */
export function sourceOf(users: Users): Source {
  return Symbol.asyncIterator in users
    ? { isSync: false, values: users[Symbol.asyncIterator]() }
    : { isSync: true, values: users[Symbol.iterator]() };
}

/** The most users that are added in one go: whoever gives many must not hold up the program. */
const MOST_AT_ONCE = 512;

/** Whether something gives values, one after another. */
export function isSource(users: unknown): users is Users {
  return typeof users === "object" && users !== null && (Symbol.iterator in users || Symbol.asyncIterator in users);
}

/** Gives the users of a source to a run. */
export class Feed {
  readonly #run: Handle;
  readonly #source: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #isSync: boolean;
  #isEnded = false;
  #wake: (() => void) | undefined;
  #wanted = 0;

  /** What the source failed with, in a list of its own: it may be anything. */
  failure: { readonly reason: unknown } | undefined;

  constructor(run: Handle, source: Source) {
    this.#run = run;
    this.#isSync = source.isSync;
    this.#source = source.values;
  }

  /** Whether the run has all users that it will get. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Says how many more users are wanted. */
  want(count: number): void {
    this.#wanted = Math.min(count, MOST_AT_ONCE);
    if (this.#wanted > 0) {
      this.#wake?.();
      if (this.#isSync) {
        this.#addAtHand();
      }
    }
  }

  /** Adds what can be had without waiting. */
  #addAtHand(): void {
    const users: (string | null)[] = [];
    let isLast = false;
    try {
      const source = this.#source as Iterator<unknown>;
      while (!this.#isEnded && !isLast && users.length < this.#wanted) {
        const next = result(source.next());
        isLast = next.done === true;
        if (!isLast) {
          users.push(check.entry(next.value));
        }
      }
    } catch (reason) {
      this.failure = { reason };
      isLast = true;
    }
    this.#wanted = 0;
    this.#add(users);
    if (isLast) {
      this.#finish();
    }
  }

  /** Reads a source that may let everybody wait, until it or the run is over. */
  async pump(): Promise<void> {
    if (this.#isSync) {
      return;
    }
    try {
      while (!this.#isEnded) {
        if (this.#wanted === 0) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
          continue;
        }
        const next = result(await this.#source.next());
        if (this.#isEnded) {
          return;
        }
        if (next.done === true) {
          break;
        }
        this.#wanted--;
        this.#add([check.entry(next.value)]);
      }
    } catch (reason) {
      this.failure = { reason };
    }
    this.#finish();
  }

  /** Lets go of the source; one that hangs is not waited for. */
  stop(): void {
    if (this.#isEnded) {
      return;
    }
    this.#isEnded = true;
    this.#wake?.();
    try {
      const returned: unknown = this.#source.return?.();
      if (returned instanceof Promise) {
        returned.catch(() => undefined);
      }
    } catch {
      // It was left before its end, and what it does about that is its own affair.
    }
  }

  #add(users: readonly (string | null)[]): void {
    if (users.length > 0 && !this.#isEnded) {
      settled(addon().runAdd(this.#run, users));
    }
  }

  #finish(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      addon().runFinish(this.#run, this.failure !== undefined);
    }
  }
}
