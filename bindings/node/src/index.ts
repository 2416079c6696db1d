/**
 * Signs a Microsoft Entra user out everywhere, and proves it.
 *
 * @packageDocumentation
 */

export { type AccessOptions, type CallOptions, Client, invalidateAllRefreshTokens } from "./client.js";
export { GraphInvalidateError } from "./error.js";
export { AbortError } from "./errors.js";
export {
  InputError,
  InternalError,
  NetworkError,
  PermissionError,
  RunError,
  ServiceError,
  ThrottledError,
  TokenError,
  UserError,
} from "./made/failures.js";
export type { ClientOptions, Credential, RunOptions } from "./made/options.js";
export type { Status } from "./made/status.js";
export { Access, AccessFinding, Outcome, Progress } from "./made/values.js";
export { AddonError } from "./native.js";
export { Run, type Users } from "./run.js";
export type { NamedStrings, TokenCredential, TokenProvider } from "./types.js";
