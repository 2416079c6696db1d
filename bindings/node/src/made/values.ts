// Made by cargo xtask abi from the library's source. Do not edit.

import type { Status } from "./status.js";
import * as carried from "../carried.js";
import * as read from "../read.js";

/**
 * Whether the token may do one job.
 */
export class AccessFinding {
  /**
   * The job: "me" (signing out the user who signed in), "others" (users without an administrator's role),
   * "administrators", "verification" (reading back that users were signed out), "target" (the one user that
   * Client.accessOnline was asked about). There may be more one day.
   */
  readonly job: string;

  /**
   * "allowed", "refused" or "unknown".
   */
  readonly verdict: string;

  /**
   * Why, in one sentence.
   */
  readonly reason: string | undefined;

  /**
   * What to ask for, and whom. undefined where nothing is to be asked for.
   */
  readonly hint: string | undefined;

  /** @internal */
  constructor(values: read.Values) {
    this.job = read.text(values[0]) ?? "";
    this.verdict = read.text(values[1]) ?? "";
    this.reason = read.text(values[2]);
    this.hint = read.text(values[3]);
  }
}

/**
 * What a token may do, by its own claims, which are no proof, or by harmless reads. What is unknown is
 * undefined.
 */
export class Access {
  /**
   * How it ended: the name of the status.
   */
  readonly status: Status;

  /**
   * What the status means, in one sentence. undefined where nothing is wrong.
   */
  readonly message: string | undefined;

  /**
   * What to do about it.
   */
  readonly hint: string | undefined;

  /**
   * "delegated" (a user signed in) or "application"; undefined where the token cannot be read.
   */
  readonly kind: string | undefined;

  /**
   * The user principal name of the signed-in user.
   */
  readonly user: string | undefined;

  /**
   * The object id of the signed-in user, or of the application's service principal.
   */
  readonly id: string | undefined;

  /**
   * The tenant's id.
   */
  readonly tenant: string | undefined;

  /**
   * The application's name.
   */
  readonly application: string | undefined;

  /**
   * The application's id.
   */
  readonly applicationId: string | undefined;

  /**
   * The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
   */
  readonly cloud: string | undefined;

  /**
   * Where requests with this token go.
   */
  readonly endpoint: string | undefined;

  /**
   * The end of the token's lifetime.
   */
  readonly expires: Date | undefined;

  /**
   * The delegated scopes, or the application's roles.
   */
  readonly permissions: readonly string[];

  /**
   * The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by
   * template id.
   */
  readonly directoryRoles: readonly string[];

  /**
   * What the token may do, job for job.
   */
  readonly findings: readonly AccessFinding[];

  /**
   * The kind of the credential that brought the token, and where a workload's assertion came from:
   * "azure-cli", "workload-identity (github-actions)". undefined where the token was given.
   */
  readonly credential: string | undefined;

  /** @internal */
  constructor(values: read.Values) {
    this.status = read.status(values[0]);
    this.message = read.text(values[1]);
    this.hint = read.text(values[2]);
    this.kind = read.text(values[3]);
    this.user = read.text(values[4]);
    this.id = read.text(values[5]);
    this.tenant = read.text(values[6]);
    this.application = read.text(values[7]);
    this.applicationId = read.text(values[8]);
    this.cloud = read.text(values[9]);
    this.endpoint = read.text(values[10]);
    this.expires = read.time(values[11]);
    this.permissions = read.texts(values[12]);
    this.directoryRoles = read.texts(values[13]);
    this.findings = read.list(values[14], AccessFinding);
    this.credential = read.text(values[15]);
  }
}

/**
 * What became of one call, or of one user of a run. What is unknown is undefined. As JSON it has the names of
 * the journal and of the command.
 */
export class Outcome {
  /**
   * How it ended: the name of the status.
   */
  readonly status: Status;

  /**
   * The HTTP status of the last answer; 0 where there was none.
   */
  readonly httpStatus: number;

  /**
   * Number of attempts.
   */
  readonly attempts: number;

  /**
   * How long the service asked to wait, in milliseconds; 0 where it did not ask.
   */
  readonly retryAfter: number;

  /**
   * When the outcome was known, by the local clock.
   */
  readonly time: Date;

  /**
   * The user key as given, trimmed; "me" for the signed-in user; undefined where no user is concerned.
   */
  readonly user: string | undefined;

  /**
   * The user's object id, where it is known.
   */
  readonly id: string | undefined;

  /**
   * The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in service's.
   * Where a person is to sign in, the code for them to enter.
   */
  readonly code: string | undefined;

  /**
   * What happened, in one sentence.
   */
  readonly message: string | undefined;

  /**
   * What to do next.
   */
  readonly hint: string | undefined;

  /**
   * The service's id of the last request: what its support asks for.
   */
  readonly requestId: string | undefined;

  /**
   * The library's id of the last request, a GUID.
   */
  readonly clientRequestId: string | undefined;

  /**
   * The service's clock when it answered. What Client.verify takes as not_before.
   */
  readonly serverDate: Date | undefined;

  /**
   * The headers of the last answer, in the order received.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];

  /**
   * From when the user's sign-in sessions are valid, as the last read of it showed.
   */
  readonly sessionsValidFrom: Date | undefined;

  /** @internal */
  constructor(values: read.Values) {
    this.status = read.status(values[0]);
    this.httpStatus = read.number(values[1]);
    this.attempts = read.number(values[2]);
    this.retryAfter = read.milliseconds(values[3]);
    this.time = read.time(values[4]) ?? new Date();
    this.user = read.text(values[5]);
    this.id = read.text(values[6]);
    this.code = read.text(values[7]);
    this.message = read.text(values[8]);
    this.hint = read.text(values[9]);
    this.requestId = read.text(values[10]);
    this.clientRequestId = read.text(values[11]);
    this.serverDate = read.time(values[12]);
    this.headers = read.pairs(values[13]);
    this.sessionsValidFrom = read.time(values[14]);
  }

  /** The names and units of the journal and of the command's JSON; the headers are left out. */
  toJSON(): Record<string, string | number | Date | undefined> {
    return {
      time: this.time,
      status: this.status,
      http_status: this.httpStatus === 0 ? undefined : this.httpStatus,
      attempts: this.attempts,
      retry_after: this.retryAfter === 0 ? undefined : this.retryAfter / 1000,
      user: this.user,
      id: this.id,
      code: this.code,
      message: this.message,
      hint: this.hint,
      request_id: this.requestId,
      client_request_id: this.clientRequestId,
      server_date: this.serverDate,
      sessions_valid_from: this.sessionsValidFrom,
    };
  }

  /**
   * Makes an outcome of what its JSON holds, parsed, or a line of the journal or of the command's JSON: in tests of
   * your own, of what matters there. Empty texts are taken for unknown, as tables have them; other names are passed
   * over.
   *
   * @throws TypeError where there is no status, or a value is none of its kind; a time names its zone.
   */
  static from(values: Readonly<Record<string, unknown>>): Outcome {
    const given = carried.object(values);
    return new Outcome([
      carried.status(given, "status"),
      carried.number(given, "http_status"),
      carried.number(given, "attempts"),
      carried.number(given, "retry_after"),
      carried.time(given, "time"),
      carried.text(given, "user"),
      carried.text(given, "id"),
      carried.text(given, "code"),
      carried.text(given, "message"),
      carried.text(given, "hint"),
      carried.text(given, "request_id"),
      carried.text(given, "client_request_id"),
      carried.time(given, "server_date"),
      undefined,
      carried.time(given, "sessions_valid_from"),
    ]);
  }
}

/**
 * How far a run is, at one moment.
 */
export class Progress {
  /**
   * Number of users added.
   */
  readonly added: number;

  /**
   * Number of added users that were duplicates (same key or object id).
   */
  readonly duplicates: number;

  /**
   * Number of users left out as excluded.
   */
  readonly excluded: number;

  /**
   * Number of users accepted in an earlier part of the run, according to the journal.
   */
  readonly acceptedBefore: number;

  /**
   * Number of users the service accepted, verified or not.
   */
  readonly accepted: number;

  /**
   * Number of users in accepted and accepted_before that were verified.
   */
  readonly verified: number;

  /**
   * Number of users that failed: the service did not accept them.
   */
  readonly failed: number;

  /**
   * Number of users that a dry run found.
   */
  readonly planned: number;

  /**
   * Number of users waiting to be sent, or to be sent again.
   */
  readonly waiting: number;

  /**
   * Number of those that were never attempted.
   */
  readonly neverAttempted: number;

  /**
   * Number of users in flight. After the end: those in flight when the run ended.
   */
  readonly inFlight: number;

  /**
   * Number of users in accepted and accepted_before that wait to be verified.
   */
  readonly verifying: number;

  /**
   * Number of times a user was sent, retries included.
   */
  readonly attempts: number;

  /**
   * Number of refusals because a quota was exceeded.
   */
  readonly throttled: number;

  /**
   * Users per second, over the last seconds.
   */
  readonly rate: number;

  /**
   * Users per second that the known quota allows in the long run; Infinity without pacing.
   */
  readonly pace: number;

  /**
   * Time for which nothing is sent, in milliseconds: because the service asked for it or, if unanswered is
   * not 0, because it does not answer.
   */
  readonly pause: number;

  /**
   * Estimated time for the waiting users, by what is known of the quota, in milliseconds.
   */
  readonly timeLeft: number;

  /**
   * Number of users that may be added now without memory growing: for programs that stream a long list.
   */
  readonly wanted: number;

  /**
   * Number of consecutive requests without a response.
   */
  readonly unanswered: number;

  /**
   * Number of users in accepted and accepted_before whose sign-out could not be verified.
   */
  readonly unverified: number;

  /** @internal */
  constructor(values: read.Values) {
    this.added = read.number(values[0]);
    this.duplicates = read.number(values[1]);
    this.excluded = read.number(values[2]);
    this.acceptedBefore = read.number(values[3]);
    this.accepted = read.number(values[4]);
    this.verified = read.number(values[5]);
    this.failed = read.number(values[6]);
    this.planned = read.number(values[7]);
    this.waiting = read.number(values[8]);
    this.neverAttempted = read.number(values[9]);
    this.inFlight = read.number(values[10]);
    this.verifying = read.number(values[11]);
    this.attempts = read.number(values[12]);
    this.throttled = read.number(values[13]);
    this.rate = read.number(values[14]);
    this.pace = read.number(values[15]);
    this.pause = read.number(values[16]);
    this.timeLeft = read.number(values[17]);
    this.wanted = read.number(values[18]);
    this.unanswered = read.number(values[19]);
    this.unverified = read.number(values[20]);
  }
}

/** The values of an outcome of what went no further than this package, in the order of the structure. */
export const OUTCOME_FIELDS = ["status", "httpStatus", "attempts", "retryAfter", "time", "user", "id", "code", "message", "hint", "requestId", "clientRequestId", "serverDate", "headers", "sessionsValidFrom"] as const;
