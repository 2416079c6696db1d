/** Many users on their way. */

import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Connection } from "./connection.js";
import { FIRST_FAILURE, failure, settled } from "./errors.js";
import { Feed, isInPieces, isSource, type Source, sourceOf, type Users } from "./feed.js";
import { RUN_OPTIONS } from "./made/options.js";
import { Outcome, Progress } from "./made/values.js";
import { typeName } from "./naming.js";
import { addon, type Given, type Handle } from "./native.js";
import { aborted } from "./signals.js";
import { type Ask, askFor, inThisContext, neverBegun } from "./token.js";

export type { Users };

/** Of the header: what graph_run_next answers beside outcomes. */
const OK = 0;
const DONE = 1;
const TOKEN_NEEDED = 3;

/** How long one look into a run takes at the most: then it is the turn of others that wait for the pool. */
const LOOK_MS = 10_000;

/** The most outcomes that cross in one go. */
const MOST_AT_ONCE = 64;

/** When to look again at a run whose requests are on their way, and that gets no token any more. */
const LATER_MS = 20;

/** An option of the run, by its name. */
function option(given: Given, name: string): unknown {
  return given[RUN_OPTIONS.findIndex(([field]) => field === name)];
}

/**
 * Many users on their way: an asynchronous iterator of one {@link Outcome} for each, in the order in which it is known.
 * Made by {@link Client.run}. A user who fails is an outcome like others; what ends the whole run is thrown, after the
 * outcomes that are known. Leaving the loop ends the run: nothing more is sent, and its journal is complete and can be
 * resumed.
 */
export class Run implements AsyncIterableIterator<Outcome, undefined, undefined> {
  readonly #outcomes: AsyncGenerator<Outcome, undefined, undefined>;
  readonly #cancelled = new AbortController();
  #run: Handle | undefined;
  #progress: Progress | undefined;
  #notice: string | undefined;

  /** @internal */
  constructor(
    connection: Connection,
    users: Users,
    options: Given,
    signal: AbortSignal | undefined,
    ask: Ask | undefined,
    patience: number,
  ) {
    const takesUsers = option(options, "verifyJournal") !== 1;
    if (takesUsers && !isSource(users)) {
      throw new TypeError(`users must be an array, a generator or a stream of strings, not ${typeName(users)}.`);
    }
    if (takesUsers && isInPieces(users)) {
      throw new TypeError(
        "users is a stream in pieces: give its lines, createInterface({ input: stream }) of node:readline.",
      );
    }
    connection.hold();
    // Whoever began the run is asked for its tokens, whoever reads it.
    const asked = ask === undefined ? undefined : inThisContext(ask);
    const source = takesUsers ? sourceOf(users) : undefined;
    this.#outcomes = this.#read(connection, source, options, signal, asked, patience);
  }

  /**
   * What there is to know before the run begins, such as what a resumed journal holds; known with the first outcome.
   */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** How far the run is; undefined before it begins, which is when the first outcome is asked for. */
  get progress(): Progress | undefined {
    if (this.#run !== undefined) {
      const [status, values] = addon().runProgress(this.#run);
      if (status === OK) {
        this.#progress = new Progress(values);
      }
    }
    return this.#progress;
  }

  /** Ends the run without waiting for anything; outcomes that are known still come. */
  cancel(): void {
    this.#cancelled.abort();
    if (this.#run !== undefined) {
      addon().runCancel(this.#run);
    }
  }

  /** The next outcome. */
  next(): Promise<IteratorResult<Outcome, undefined>> {
    return this.#outcomes.next();
  }

  /** Ends the run, as leaving a loop does. */
  return(): Promise<IteratorResult<Outcome, undefined>> {
    this.cancel();
    return this.#outcomes.return(undefined);
  }

  /** Gives this very object. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async *#read(
    connection: Connection,
    source: Source | undefined,
    options: Given,
    signal: AbortSignal | undefined,
    ask: Ask | undefined,
    patience: number,
  ): AsyncGenerator<Outcome, undefined, undefined> {
    let run: Handle;
    try {
      run = await this.#begin(connection, options, signal);
    } finally {
      connection.release();
    }
    const stop = aborted(signal, () => this.cancel());
    const feed = source === undefined ? undefined : new Feed(run, source);
    try {
      if (this.#cancelled.signal.aborted || signal?.aborted) {
        this.cancel();
      }
      yield* this.#outcomesOf(run, options, signal, ask, patience, feed);
    } finally {
      stop?.();
      feed?.stop();
      this.#progress = this.progress;
      this.#run = undefined;
      await addon().runFree(run);
    }
  }

  async #begin(connection: Connection, options: Given, signal: AbortSignal | undefined): Promise<Handle> {
    if (signal?.aborted) {
      throw neverBegun(undefined, signal);
    }
    const [status, notice, run] = await addon().runNew(connection.handle, options);
    if (run === undefined) {
      throw failure(status, notice, signal);
    }
    this.#notice = notice === undefined ? undefined : new Outcome(notice).message;
    this.#run = run;
    return run;
  }

  async *#outcomesOf(
    run: Handle,
    options: Given,
    signal: AbortSignal | undefined,
    ask: Ask | undefined,
    patience: number,
    feed: Feed | undefined,
  ): AsyncGenerator<Outcome, undefined, undefined> {
    // With a limit of its own a run is not a single user further ahead than that.
    const most = option(options, "ahead") === undefined ? MOST_AT_ONCE : 1;
    const deadline = performance.now() + (Number(option(options, "deadline") ?? 0) || Number.POSITIVE_INFINITY);
    let last = "";
    let refusal: { readonly reason: unknown } | undefined;
    feed?.pump();
    // The first users are there before anything is said of a token that is missing: they count as never attempted.
    feed?.want(new Progress(addon().runProgress(run)[1]).wanted);
    for (;;) {
      const [status, outcomes, wantsUsers] = await addon().runNext(run, LOOK_MS, most);
      if (wantsUsers) {
        feed?.want(new Progress(addon().runProgress(run)[1]).wanted);
      }
      if (status === OK) {
        for (const values of outcomes) {
          yield new Outcome(values ?? []);
        }
      } else if (status === DONE) {
        break;
      } else if (status === TOKEN_NEEDED && refusal === undefined) {
        const until = Math.min(performance.now() + patience, deadline);
        try {
          last = await this.#giveToken(run, ask, last, failure(status, outcomes[0]), until, signal);
        } catch (reason) {
          // Cancelled meanwhile, it needs no token: its end is told next.
          refusal = this.#cancelled.signal.aborted && !signal?.aborted ? undefined : { reason };
        }
      } else if (status === TOKEN_NEEDED) {
        // Who is on the way has an outcome to come: nobody is signed out without one.
        if (new Progress(addon().runProgress(run)[1]).inFlight === 0) {
          this.cancel();
        }
        await setTimeout(LATER_MS);
      } else if (status >= FIRST_FAILURE) {
        throw refusal === undefined ? failure(status, outcomes[0], signal) : refusal.reason;
      }
    }
    if (refusal !== undefined) {
      throw refusal.reason;
    }
    if (signal?.aborted) {
      throw neverBegun(undefined, signal);
    }
    if (feed?.failure !== undefined) {
      throw feed.failure.reason;
    }
    return undefined;
  }

  /** Asks for another token than the last one, of which only a digest is kept. */
  async #giveToken(
    run: Handle,
    ask: Ask | undefined,
    last: string,
    why: Error,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    if (ask === undefined) {
      throw why;
    }
    const token = await askFor(ask, undefined, until, signal, this.#cancelled.signal);
    const digest = createHash("sha256").update(token).digest("base64");
    if (digest === last) {
      throw why;
    }
    settled(addon().runSetToken(run, token), signal);
    return digest;
  }
}
