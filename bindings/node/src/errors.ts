/** What fails, by kind: the hundred of the status. */

import type { GraphInvalidateError } from "./error.js";
import { FAILURES, InternalError, RunError } from "./made/failures.js";
import type { Status } from "./made/status.js";
import { OUTCOME_FIELDS, Outcome } from "./made/values.js";
import { statusName, statusNumber, type Values } from "./read.js";

/** An AbortSignal ended it: `cause` is the signal's reason, and the outcome says whether the request had been sent. */
export class AbortError extends RunError {
  override name = "AbortError";
}

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
  const kind = FAILURES[Math.floor(statusNumber(outcome.status) / 100)] ?? InternalError;
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
