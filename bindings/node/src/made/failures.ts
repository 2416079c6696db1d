// Made by cargo xtask abi from the library's source. Do not edit.

import { GraphInvalidateError } from "../error.js";

/** An argument or an option cannot be used; nothing was sent. */
export class InputError extends GraphInvalidateError {
  override name = "InputError";
}

/** The access token is missing, invalid, expired or was refused: get another one. */
export class TokenError extends GraphInvalidateError {
  override name = "TokenError";
}

/** The token lacks the scope, or its owner the role, for this action on this user; the hint names both. */
export class PermissionError extends GraphInvalidateError {
  override name = "PermissionError";
}

/** The tenant has no such user, or the service rejects the user key. */
export class UserError extends GraphInvalidateError {
  override name = "UserError";
}

/** The service asked to wait longer than the timeout allows; the outcome says how long. */
export class ThrottledError extends GraphInvalidateError {
  override name = "ThrottledError";
}

/** The network, TLS or a proxy failed, or the token would have gone to a host that must not get it. */
export class NetworkError extends GraphInvalidateError {
  override name = "NetworkError";
}

/** The service failed, refused the request, did not confirm it, or did not show the change in time. */
export class ServiceError extends GraphInvalidateError {
  override name = "ServiceError";
}

/** The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used. */
export class RunError extends GraphInvalidateError {
  override name = "RunError";
}

/** An internal error in graph-invalidate: please report it. */
export class InternalError extends GraphInvalidateError {
  override name = "InternalError";
}

/** The class of each hundred of statuses. */
export const FAILURES: Readonly<Record<number, typeof GraphInvalidateError>> = {
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
