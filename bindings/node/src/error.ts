/** What every failure is. */

import type { Status } from "./made/status.js";
import type { Outcome } from "./made/values.js";

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
