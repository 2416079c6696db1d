/** The client: one call. */

import * as check from "./check.js";
import { Connection } from "./connection.js";
import { FIRST_FAILURE, failure, refused, settled } from "./errors.js";
import { CLIENT_OPTIONS, type ClientOptions, RUN_OPTIONS, type RunOptions } from "./made/options.js";
import { Access, type Outcome } from "./made/values.js";
import { typeName } from "./naming.js";
import { type Answer, addon, type Given, type Handle } from "./native.js";
import type { Values } from "./read.js";
import { Run, type Users } from "./run.js";
import { cancellationOf } from "./signals.js";
import { type Ask, askFor, credentialAsk, isTokenCredential, neverBegun } from "./token.js";

/** What of its own a call brings. */
export interface CallOptions {
  /** Ends the call within 100 ms, whatever the network does. */
  readonly signal?: AbortSignal | undefined;
}

/** What an enquiry about a token brings. */
export interface AccessOptions extends CallOptions {
  /** One user to look at, too: an object id or a user principal name. Implies `online`. */
  readonly user?: string;

  /** Signs in where that is needed, and makes harmless reads: the signed-in user's directory roles as they are now. */
  readonly online?: boolean;
}

/** Of the header: what is done by a call. */
const INVALIDATE = 0;
const VERIFY = 1;
const ACCESS = 2;
const ACCESS_ONLINE = 3;
const SIGN_IN = -1;

const DEFAULT_TIMEOUT_MS = 100_000;

/** What one call is to do; in the order of graph_call_options. */
function callOptions(call: Call, token?: string, timeout?: number): Given {
  return [call.user, token, call.notBefore, timeout, call.kind, undefined];
}

/** A call of the addon that takes the options of a call. */
type Submit = (client: Handle, options: Given, cancellation: Handle | undefined) => Promise<Answer<Values | undefined>>;

interface Call {
  readonly kind: number;
  readonly user?: string | undefined;
  readonly notBefore?: string | undefined;
}

/**
 * A connection to Microsoft Graph. Any number of calls may be under way at once; none of them has a thread of its own,
 * and none uses libuv's.
 */
export class Client {
  readonly #connection: Connection;
  readonly #ask: Ask | undefined;
  readonly #timeout: number;

  /**
   * Makes a client. Nothing is sent yet.
   *
   * @throws {@link GraphInvalidateError} where an option cannot be used.
   * @throws TypeError where one is of the wrong type or has no such name.
   * @throws {@link AddonError} where the native addon cannot be loaded.
   */
  constructor(options: ClientOptions = {}) {
    const given = check.plainObject(
      "options",
      options,
      CLIENT_OPTIONS.map(([name]) => name),
    );
    const { token, credential, ...others } = given;
    const isAsked = typeof token === "function" || isTokenCredential(token);
    const hasCredential = credential !== undefined && isTokenCredential(credential);
    if (token !== undefined && credential !== undefined) {
      throw refused("invalid_option", "Of token and credential one may be given.");
    }
    if (!isAsked && token !== undefined && typeof token !== "string") {
      throw new TypeError(
        `token must be a string, a function that gives one, or an object with getToken, not ${typeName(token)}.`,
      );
    }
    const native: Record<string, unknown> = {
      // A worker's environment is its own: the process's is never read past it.
      environment: { ...process.env },
      ...others,
      ...(isAsked || token === undefined ? {} : { token }),
      ...(hasCredential || credential === undefined ? {} : { credential }),
    };
    this.#timeout = others.timeout === undefined ? 0 : check.duration("timeout", others.timeout);
    const [status, details] = addon().clientNew(check.options("options", native, CLIENT_OPTIONS));
    if (status >= FIRST_FAILURE) {
      throw failure(status, details as Values | undefined);
    }
    this.#connection = new Connection(details as Handle);
    if (typeof token === "function") {
      this.#ask = token as Ask;
    } else if (isTokenCredential(token) || isTokenCredential(credential)) {
      this.#ask = credentialAsk(isTokenCredential(token) ? token : (credential as never), () => this.scope);
    }
  }

  /** The scope to ask a sign-in library for, such as `https://graph.microsoft.com/.default`. */
  get scope(): string {
    return this.#use((handle) => addon().clientScope(handle) ?? "");
  }

  /**
   * Invalidates all refresh tokens and session cookies of a user. What is worth repeating is repeated, within the
   * timeout; calling again is safe. Access tokens already issued stay valid for up to an hour; guests sign in at their
   * home tenant and are not affected.
   *
   * @param user an object id or a user principal name; `me`, or no argument at all: the signed-in user. undefined, null
   *     and NaN are nobody, and refused.
   * @returns the outcome, whose status is `accepted`.
   * @throws {@link GraphInvalidateError}: the subclass says what kind of failure it was; {@link AbortError} after an
   *     abort.
   */
  async invalidate(...given: [user?: string, options?: CallOptions]): Promise<Outcome> {
    const [user, options] = given;
    const signal = check.signalOf(options);
    return this.#call({ kind: INVALIDATE, user: given.length === 0 ? "me" : check.user(user) }, signal);
  }

  /**
   * Reads a user's cut-off back until it lies at or after a time, or the timeout has passed: the proof that
   * `invalidate` took effect, which the service may need seconds to minutes to show.
   *
   * @param user as for `invalidate`.
   * @param notBefore the `serverDate` of the outcome that accepted: a Date, or RFC 3339.
   * @returns the outcome, whose status is `verified`; it has the user's object id.
   * @throws {@link ServiceError} where the cut-off stayed behind (`not_verified`); else as `invalidate`.
   */
  async verify(user: string, notBefore: Date | string, options?: CallOptions): Promise<Outcome> {
    const signal = check.signalOf(options);
    return this.#call({ kind: VERIFY, user: check.user(user), notBefore: timeText(notBefore) }, signal);
  }

  /**
   * Reads a user's cut-off once and shows it in the outcome's message, whenever it was: that proves nothing.
   *
   * @param user as for `invalidate`.
   * @returns the outcome, whose status is `shown`.
   */
  async showCutOff(user: string, options?: CallOptions): Promise<Outcome> {
    const signal = check.signalOf(options);
    return this.#call({ kind: VERIFY, user: check.user(user) }, signal);
  }

  /**
   * Signs in with the client's credential, so that what could fail does so before anything is done. Where a person is
   * asked, the first outcome's status is `sign_in_pending`, and its message is the text to show; each further call
   * waits for them.
   *
   * @returns the outcome, whose status is `signed_in` or `sign_in_pending`.
   */
  async signIn(options?: CallOptions): Promise<Outcome> {
    const signal = check.signalOf(options);
    return settled(await this.#submit(addon().signIn, { kind: SIGN_IN }, signal), signal);
  }

  /**
   * Tells what the client's token may do, before anything is done: by its own claims, which are no proof, or by
   * harmless reads. A token that cannot work is no failure: `status` says so.
   */
  async access(options: AccessOptions = {}): Promise<Access> {
    const { user, online, ...others } = check.plainObject("options", options, ["user", "online", "signal"]);
    const signal = check.signalOf(others);
    const hasUser = options !== undefined && "user" in options;
    const kind = hasUser || online === true ? ACCESS_ONLINE : ACCESS;
    const call: Call = hasUser ? { kind, user: check.user(user) } : { kind };
    const [status, values] = await this.#submit(addon().access, call, signal);
    if (status >= FIRST_FAILURE || values === undefined) {
      throw failure(status, values, signal);
    }
    return new Access(values);
  }

  /**
   * Signs many users out: paced as the service allows, resumable, verified and on record. Nothing is sent before
   * somebody reads the outcomes: `for await (const outcome of client.run(users))`.
   *
   * @param users object ids or user principal names: an array, a generator, an asynchronous generator, a stream of
   *     lines. They are taken as they are sent. What is no key is a failed outcome, and the others go on.
   * @throws TypeError, {@link InputError} where an option cannot be used. What is wrong with the journal is thrown when
   *     the first outcome is read.
   */
  run(users: Users, options: RunOptions & CallOptions = {}): Run {
    const { signal, ...others } = check.plainObject("options", options, [
      "signal",
      ...RUN_OPTIONS.map(([name]) => name).filter((name) => name !== "token"),
    ]);
    const given = check.options("options", others, RUN_OPTIONS);
    return new Run(this.#connection, users, given, check.signalOf({ signal }), this.#ask, this.#patience());
  }

  /**
   * Replaces the access token for the calls and runs that begin from now on: for a client with one identity. A client
   * for several has a function for its token.
   */
  setToken(token: string): void {
    settled(this.#use((handle) => addon().clientSetToken(handle, check.text("token", token))));
  }

  /** Ends the client: its connections are closed and its token is wiped. Calls and runs under way go on. */
  close(): void {
    this.#connection.close();
  }

  /** Closes. */
  [Symbol.dispose](): void {
    this.close();
  }

  #use<Result>(use: (handle: Handle) => Result): Result {
    this.#connection.hold();
    try {
      return use(this.#connection.handle);
    } finally {
      this.#connection.release();
    }
  }

  #patience(): number {
    return this.#timeout === 0 ? DEFAULT_TIMEOUT_MS : this.#timeout;
  }

  async #call(call: Call, signal: AbortSignal | undefined): Promise<Outcome> {
    return settled(await this.#submit(addon().call, call, signal), signal);
  }

  async #submit(submit: Submit, call: Call, signal: AbortSignal | undefined): Promise<Answer<Values | undefined>> {
    this.#connection.hold();
    try {
      if (signal?.aborted) {
        throw neverBegun(call.user, signal);
      }
      const cancellation = cancellationOf(signal);
      const ask = this.#ask;
      if (ask === undefined || call.kind === SIGN_IN) {
        return await submit(this.#connection.handle, callOptions(call), cancellation);
      }
      return await this.#withToken(ask, submit, call, signal, cancellation);
    } finally {
      this.#connection.release();
    }
  }

  /**
   * Calls with the token of whoever is asked; where that has expired, once more with another one, within the same time.
   */
  async #withToken(
    ask: Ask,
    submit: Submit,
    call: Call,
    signal: AbortSignal | undefined,
    cancellation: Handle | undefined,
  ): Promise<Answer<Values | undefined>> {
    const { handle } = this.#connection;
    const until = performance.now() + this.#patience();
    for (let isFirst = true; ; isFirst = false) {
      const token = await askFor(ask, call.user, until, signal);
      const left = Math.max(1, Math.ceil(until - performance.now()));
      const answer = await submit(handle, callOptions(call, token, left), cancellation);
      if (!isFirst || answer[0] !== TOKEN_EXPIRED) {
        return answer;
      }
    }
  }
}

const TOKEN_EXPIRED = 202;

function timeText(value: unknown): string {
  if (check.isNothing(value)) {
    throw refused(
      "null_argument",
      `notBefore is ${String(value)}.`,
      "Give the serverDate of the outcome that accepted.",
    );
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw refused("invalid_time", "notBefore is a Date that is none.");
    }
    return value.toISOString();
  }
  return check.text("notBefore", value);
}

/**
 * Does the whole job in one call: makes a client, invalidates the user, and closes the client. For more than one user a
 * {@link Client} is better: it keeps its connections.
 *
 * @param user as for {@link Client.invalidate}; `me` is the signed-in user.
 */
export async function invalidateAllRefreshTokens(
  user: string,
  options: ClientOptions & CallOptions = {},
): Promise<Outcome> {
  const { signal, ...others } = check.plainObject("options", options, [
    "signal",
    ...CLIENT_OPTIONS.map(([name]) => name),
  ]);
  const client = new Client(others as ClientOptions);
  try {
    return await client.invalidate(user, { signal: check.signalOf({ signal }) });
  } finally {
    client.close();
  }
}
