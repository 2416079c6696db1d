// Made by cargo xtask abi from the library's source. Do not edit.

import type { NamedStrings, TokenCredential, TokenProvider } from "../types.js";

/** How a run is set up. What is left out has a sensible default. */
export interface RunOptions {
  /**
   * The journal file: the record of the run, from which it can be resumed. Left out: none.
   */
  readonly journal?: string;

  /**
   * Users that are never signed out, by object id or user principal name: break-glass accounts. Each is
   * looked up before anything is sent, so that it is recognised under its other name as well. Left out: none.
   */
  readonly exclude?: readonly string[];

  /**
   * Value of the x-ms-throttle-priority header, "low", "normal" or "high": Graph drops low-priority requests
   * first. Left out: the header is not sent.
   */
  readonly throttlePriority?: string;

  /**
   * Users per second, with a burst of one second. Waits that the service asks for are always obeyed. Left
   * out: the service's published quota (3,000 at once, then 20 per second); Infinity: no pacing.
   */
  readonly rate?: number;

  /**
   * Continues where the journal ends; users accepted there are not sent again. Without it: a journal that is
   * not empty is refused.
   */
  readonly resume?: boolean;

  /**
   * Reads the cut-off back after acceptance; each outcome is then verified or says why not.
   */
  readonly verify?: boolean;

  /**
   * Lists every user and what is known about them; sends no write request.
   */
  readonly dryRun?: boolean;

  /**
   * Takes the accepted users from the journal, not from Run.add, and verifies them again.
   */
  readonly verifyJournal?: boolean;

  /**
   * Continues if an exclusion cannot be looked up; it then protects only the exact key given, not the
   * account's other names.
   */
  readonly allowUnresolvedExclusions?: boolean;

  /**
   * Users per request: 1 (no batching) to 20. Left out: 20.
   */
  readonly batchSize?: number;

  /**
   * Maximum number of concurrent requests: 1 to 256. Left out: 16.
   */
  readonly concurrency?: number;

  /**
   * Maximum time to verify one user, in milliseconds. Left out: 120,000.
   */
  readonly wait?: number;

  /**
   * Maximum time for the whole run, in milliseconds. Left out: no limit.
   */
  readonly deadline?: number;

  /**
   * Maximum age of the run in a resumed journal, in milliseconds. An older one is refused with
   * `journal_too_old`, since users signed out then may have been compromised again. Left out: a day.
   */
  readonly resumeWithin?: number;

  /**
   * Maximum number of users that were sent and whose outcome has not been read. Users waiting to be verified
   * count as well: with 1, nobody is sent before the last outcome was read. Left out: as many as fit into the
   * concurrent requests, plus one batch (340 with the other defaults), not counting users waiting to be
   * verified.
   */
  readonly ahead?: number;

  /**
   * Maximum number of failed users: when it is reached, the run ends with the status of the last failure.
   * Users already sent may still add to it. Left out: no limit.
   */
  readonly maxFailures?: number;

  /**
   * Groups whose users are signed out, by object id, or by a display name or address that exactly one group
   * has. Users in nested groups count. All users that the options select are listed first, completely, and
   * are on record before anybody is signed out; each goes once, by object id, after the users that were
   * added. A resumed run goes on with those on record. Left out: none.
   */
  readonly group?: readonly string[];

  /**
   * Groups whose users are never signed out, through all levels: found and listed before anything is sent.
   * One without users is refused. Left out: none.
   */
  readonly excludeGroup?: readonly string[];

  /**
   * Signs out the users for whom this $filter of Microsoft Graph holds, such as "accountEnabled eq false".
   * Left out: none.
   */
  readonly filter?: string;

  /**
   * Signs out everyone in the directory.
   */
  readonly everyone?: boolean;

  /**
   * Guests who were selected are signed out, too. Without it: they are passed over, since their home tenant
   * signs them in.
   */
  readonly guests?: boolean;

  /**
   * A group without users, or a selection of nobody, is no failure. Without it: nothing is sent then, and the
   * run ends with `selection_empty`.
   */
  readonly allowEmpty?: boolean;

  /**
   * Only names the selected users: each outcome is `selected`, and no write request is sent.
   */
  readonly who?: boolean;
}

/** How a client signs in by itself: the kind, and what that kind takes. An option that it cannot use is refused. */
export interface Credential {
  /**
   * Where the tokens come from; must be given. "client-secret", "client-certificate": an application.
   * "workload-identity": a token of another issuer, in a file, or given by GitHub Actions or Azure Pipelines.
   * "managed-identity": that of this machine or service. "managed-identity-federated": an application in the
   * tenant that is named, for which that identity vouches. "azure-cli": the identity that is signed in there.
   * "device-code": a person; see Client.signIn. "environment": the application that AZURE_TENANT_ID,
   * AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that
   * is there of environment, workload-identity, managed-identity, azure-cli, device-code, and that
   * AZURE_TOKEN_CREDENTIALS does not leave out.
   */
  readonly kind: string;

  /**
   * The tenant, by id or by a domain of it. Left out: the variable AZURE_TENANT_ID; for a device code, the
   * tenant of the person who signs in; for the Azure CLI, the one it is signed in to.
   */
  readonly tenant?: string;

  /**
   * The application's (client's) id, or that of a user-assigned managed identity. Left out: the variable
   * AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code, "Microsoft Graph
   * Command Line Tools", which Connect-MgGraph signs in with as well.
   */
  readonly clientId?: string;

  /**
   * The client secret. Left out: the variable AZURE_CLIENT_SECRET.
   */
  readonly clientSecret?: string;

  /**
   * The file with the client certificate and its private key, PEM or PFX. Left out:
   * AZURE_CLIENT_CERTIFICATE_PATH.
   */
  readonly certificateFile?: string;

  /**
   * The bytes of such a file, instead of the file. Left out: none.
   */
  readonly certificate?: Uint8Array;

  /**
   * The password of the certificate's file. Left out: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
   */
  readonly certificatePassword?: string;

  /**
   * The file with the federated token of a workload. Left out: the variable AZURE_FEDERATED_TOKEN_FILE.
   */
  readonly federatedTokenFile?: string;

  /**
   * The object id of a user-assigned managed identity.
   */
  readonly objectId?: string;

  /**
   * The resource id of a user-assigned managed identity.
   */
  readonly resourceId?: string;

  /**
   * The delegated permissions that a person is asked for, separated by spaces. Left out: what invalidating
   * and verifying take, "User.RevokeSessions.All User.Read.All".
   */
  readonly scopes?: string;

  /**
   * The sign-in service, "https://host[:port]". AZURE_AUTHORITY_HOST applies where it names a cloud's sign-in
   * service or loopback. Secrets are sent there: name only what you trust. Left out: that of the client's
   * cloud; that of a loopback endpoint is the endpoint itself.
   */
  readonly authority?: string;

  /**
   * Environment variables to use instead of the client's. Left out: the client's.
   */
  readonly environment?: NamedStrings;

  /**
   * Sends the whole certificate chain, for applications that trust an issuer and subject name. Without it:
   * sends the certificate alone.
   */
  readonly sendCertificateChain?: boolean;

  /**
   * Where a workload's assertion comes from: "file", "github-actions" or "azure-pipelines". Left out: from
   * what is named by another option, otherwise from the first that is there, in this order.
   */
  readonly assertionFrom?: string;

  /**
   * What the assertion that GitHub Actions or a managed identity gives is to be for. Left out:
   * "api://AzureADTokenExchange".
   */
  readonly audience?: string;

  /**
   * The service connection of Azure Pipelines. Left out: the variable
   * AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
   */
  readonly serviceConnectionId?: string;

  /**
   * The client id of the user-assigned managed identity that vouches for an application.
   */
  readonly identityClientId?: string;

  /**
   * A workload in a Kubernetes cluster signs in through the token proxy that AZURE_KUBERNETES_TOKEN_PROXY
   * names. Without it: never, whatever variables are set.
   */
  readonly tokenProxy?: boolean;
}

/** How a client is set up. What is left out has a sensible default. */
export interface ClientOptions {
  /**
   * The access token, without or with "Bearer " in front; a function that gives one, or a promise of one; or an
   * object with the `getToken` of \@azure/identity. Whoever gives tokens is asked for each call, in the caller's
   * asynchronous context, and once more after a call whose token had expired; keeping a token as long as it is good
   * is their own affair. What they give goes with that call alone.
   */
  readonly token?: string | TokenProvider | TokenCredential;

  /**
   * The national cloud: "global", "usgov", "usgov-dod" or "china". Left out: the token's own claims choose
   * it.
   */
  readonly cloud?: string;

  /**
   * The root of the service, "https://host[:port]", plain http to loopback only. The token is sent there:
   * name only what you trust. With a cloud it says where requests go, and the cloud whose tokens a credential
   * asks for. With neither endpoint nor cloud the environment's GRAPH_INVALIDATE_ENDPOINT applies, where it
   * names a Graph host or loopback; anything else there is an error.
   */
  readonly endpoint?: string;

  /**
   * "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
   */
  readonly api?: string;

  /**
   * Maximum time for one call, with all attempts and waits, in milliseconds. Left out: 100,000.
   */
  readonly timeout?: number;

  /**
   * An HTTP proxy, "http://[user:password@]host:port". A proxy variable that cannot be used is
   * `invalid_proxy`. Loopback never goes through a proxy. Left out: HTTPS_PROXY or ALL_PROXY of the
   * environment; NO_PROXY always applies.
   */
  readonly proxy?: string;

  /**
   * A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own
   * certificate.
   */
  readonly caFile?: string;

  /**
   * Additional headers for every request. Left out: none.
   */
  readonly headers?: NamedStrings;

  /**
   * Where the tokens come from instead of token; one of the two may be given. Left out: none.
   */
  readonly credential?: Credential | TokenCredential;

  /**
   * The id of the only tenant in which the client may act: with a token of another tenant, or one that names
   * no tenant, nothing is sent. Left out: the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
   */
  readonly expectTenant?: string;

  /**
   * Environment variables to use instead of the process environment, for runtimes that keep a private copy,
   * as .NET does on Unix. Also used by a credential without its own. Copied; read when the client is made,
   * and never later. Left out: the process's own, which counts as empty in a program with more rights than
   * its caller (set-user-id, set-group-id, file capabilities).
   */
  readonly environment?: NamedStrings;
}

/** What an option is: how it is checked, and how it crosses. */
export type OptionKind =
  | "text"
  | "texts"
  | "bytes"
  | "pairs"
  | "duration"
  | "longDuration"
  | "switch"
  | "number"
  | "real"
  | "structure";

/**
 * An option: its name, its kind, and whether it protects or leads elsewhere, so that nothing in its place is refused.
 */
export type OptionField = readonly [name: string, kind: OptionKind, mustNotBeLost: boolean];

/** The options of RunOptions, in the order of the structure. */
export const RUN_OPTIONS: readonly OptionField[] = [
  ["journal", "text", true],
  ["exclude", "texts", true],
  ["throttlePriority", "text", false],
  ["rate", "real", false],
  ["resume", "switch", false],
  ["verify", "switch", false],
  ["dryRun", "switch", false],
  ["verifyJournal", "switch", false],
  ["allowUnresolvedExclusions", "switch", false],
  ["batchSize", "number", false],
  ["concurrency", "number", false],
  ["wait", "duration", false],
  ["deadline", "duration", false],
  ["token", "text", false],
  ["resumeWithin", "longDuration", false],
  ["ahead", "number", false],
  ["maxFailures", "number", false],
  ["group", "texts", true],
  ["excludeGroup", "texts", true],
  ["filter", "text", false],
  ["everyone", "switch", false],
  ["guests", "switch", false],
  ["allowEmpty", "switch", false],
  ["who", "switch", false],
];

/** The options of Credential, in the order of the structure. */
export const CREDENTIAL_OPTIONS: readonly OptionField[] = [
  ["kind", "text", false],
  ["tenant", "text", false],
  ["clientId", "text", false],
  ["clientSecret", "text", false],
  ["certificateFile", "text", true],
  ["certificate", "bytes", false],
  ["certificatePassword", "text", false],
  ["federatedTokenFile", "text", false],
  ["objectId", "text", false],
  ["resourceId", "text", false],
  ["scopes", "text", false],
  ["authority", "text", false],
  ["environment", "pairs", false],
  ["sendCertificateChain", "switch", false],
  ["assertionFrom", "text", false],
  ["audience", "text", false],
  ["serviceConnectionId", "text", false],
  ["identityClientId", "text", false],
  ["tokenProxy", "switch", false],
];

/** The options of ClientOptions, in the order of the structure. */
export const CLIENT_OPTIONS: readonly OptionField[] = [
  ["token", "text", false],
  ["cloud", "text", false],
  ["endpoint", "text", true],
  ["api", "text", false],
  ["timeout", "duration", false],
  ["proxy", "text", false],
  ["caFile", "text", true],
  ["headers", "pairs", false],
  ["credential", "structure", false],
  ["expectTenant", "text", true],
  ["environment", "pairs", false],
];
