/** What fails, by kind: the hundred of the status. */

import type { Status } from "./made/status.js";
import { OUTCOME_FIELDS, Outcome } from "./made/values.js";
import { statusName, statusNumber, type Values } from "./read.js";

/** Everything that fails in a call or ends a run; the subclass is the kind of failure. */
export class GraphInvalidateError extends Error {
  override name = "GraphInvalidateError";

  /** The status as Node writes codes, such as `ERR_GRAPH_INVALIDATE_USER_NOT_FOUND`; `ABORT_ERR` for an abort. */
  readonly code: string;

  /** The name of the status, such as `user_not_found`. */
  readonly status: Status;

  /** All that is known about it. */
  readonly outcome: Outcome;

  /** @internal */
  constructor(outcome: Outcome, code?: string, options?: ErrorOptions) {
    super([outcome.message ?? outcome.status, outcome.hint].filter((part) => part !== undefined).join(" "), options);
    this.code = code ?? `ERR_GRAPH_INVALIDATE_${outcome.status.toUpperCase()}`;
    this.status = outcome.status;
    this.outcome = outcome;
  }
}

/** Something that was given cannot be used; nothing was sent. */
export class InputError extends GraphInvalidateError {
  override name = "InputError";
}

/** The access token is missing, cannot work, has expired or was refused: get another one. */
export class TokenError extends GraphInvalidateError {
  override name = "TokenError";
}

/** The scope or the role for this action on this user is missing; the hint names both. */
export class PermissionError extends GraphInvalidateError {
  override name = "PermissionError";
}

/** The tenant has no such user, or the service cannot make sense of the key. */
export class UserError extends GraphInvalidateError {
  override name = "UserError";
}

/** The service asked to wait for longer than the timeout allows: see `outcome.retryAfter`. */
export class ThrottledError extends GraphInvalidateError {
  override name = "ThrottledError";
}

/** The network, TLS or a proxy failed, or the token would have gone to a host that may not have it. */
export class NetworkError extends GraphInvalidateError {
  override name = "NetworkError";
}

/** The service failed, refused the request, did not confirm, or did not show the cut-off in time. */
export class ServiceError extends GraphInvalidateError {
  override name = "ServiceError";
}

/** The call or the run ended before its work did: the time was over, or the journal cannot be used. */
export class RunError extends GraphInvalidateError {
  override name = "RunError";
}

/** Something failed that should not: please report it. */
export class InternalError extends GraphInvalidateError {
  override name = "InternalError";
}

/** An AbortSignal ended it: `cause` is the signal's reason, and the outcome says whether the request had left. */
export class AbortError extends RunError {
  override name = "AbortError";
}

const KINDS: Readonly<Record<number, typeof GraphInvalidateError>> = {
  1: InputError,
  2: TokenError,
  3: PermissionError,
  4: UserError,
  5: ThrottledError,
  6: NetworkError,
  7: ServiceError,
  8: RunError,
  9: InternalError,
};

/** The first number of a failure. */
export const FIRST_FAILURE = 100;

/** The outcome of what went no further than this package. */
export function localOutcome(status: Status | number, message?: string, hint?: string, user?: string): Outcome {
  const known: Readonly<Record<string, string | number | undefined>> = {
    status: typeof status === "number" ? status : statusNumber(status),
    time: new Date().toISOString(),
    message,
    hint,
    user,
  };
  return new Outcome(OUTCOME_FIELDS.map((name) => known[name]));
}

/** The error for a status and the outcome that came with it, if any; of a call that a signal may have ended. */
export function failure(status: number, values: Values | undefined, signal?: AbortSignal): GraphInvalidateError {
  const outcome = values === undefined ? localOutcome(status) : new Outcome(values);
  return errorOf(outcome, signal);
}

/** The error for an outcome. */
export function errorOf(outcome: Outcome, signal?: AbortSignal, cause?: unknown): GraphInvalidateError {
  if (signal?.aborted && outcome.status === "cancelled") {
    return new AbortError(outcome, "ABORT_ERR", { cause: signal.reason });
  }
  const kind = KINDS[Math.floor(statusNumber(outcome.status) / 100)] ?? InternalError;
  return new kind(outcome, undefined, cause === undefined ? undefined : { cause });
}

/** The error for what this package itself refuses. */
export function refused(status: Status, message: string, hint?: string, user?: string): GraphInvalidateError {
  return errorOf(localOutcome(status, message, hint, user));
}

/** What a status and its details came to: the outcome, or the error. */
export function settled(answer: readonly [number, Values | undefined], signal?: AbortSignal): Outcome {
  const [status, values] = answer;
  if (status >= FIRST_FAILURE) {
    throw failure(status, values, signal);
  }
  return values === undefined ? localOutcome(statusName(status)) : new Outcome(values);
}
