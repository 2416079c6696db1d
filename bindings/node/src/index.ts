/**
 * Signs a Microsoft Entra user out everywhere, and proves it.
 *
 * @packageDocumentation
 */

export type { NamedStrings } from "./check.js";
export { type AccessOptions, type CallOptions, Client, invalidateAllRefreshTokens } from "./client.js";
export {
  AbortError,
  GraphInvalidateError,
  InputError,
  InternalError,
  NetworkError,
  PermissionError,
  RunError,
  ServiceError,
  ThrottledError,
  TokenError,
  UserError,
} from "./errors.js";
export type { ClientOptions, Credential, RunOptions } from "./made/options.js";
export type { Status } from "./made/status.js";
export { Access, AccessFinding, Outcome, Progress } from "./made/values.js";
export { AddonError } from "./native.js";
export { Run, type Users } from "./run.js";
export type { TokenCredential, TokenProvider } from "./token.js";
