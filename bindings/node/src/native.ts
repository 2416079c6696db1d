/** Finding, checking and loading the native addon. */

import { createRequire } from "node:module";
import { faultOf, platformName } from "./platform.js";
import type { Values } from "./read.js";
import { VERSION } from "./version.js";

/** Something of the library: a client, a run, a cancellation. */
export type Handle = { readonly handle: unique symbol };

/** What the library takes, checked and in its order. */
export type Given = readonly GivenValue[];
export type GivenValue = string | number | Uint8Array | readonly (string | null)[] | Given | undefined;

/** A status, and what there is to know about it. */
export type Answer<Details> = readonly [status: number, details: Details];

/** The functions of the addon, each of which translates one of the library's. */
export interface Addon {
  readonly version: string;
  readonly abi: number;
  clientNew(options: Given): Answer<Handle | Values>;
  clientSetToken(client: Handle, token: string): Answer<Values | undefined>;
  clientScope(client: Handle): string | undefined;
  letGo(handle: Handle): void;
  cancellationNew(): Handle;
  cancel(cancellation: Handle): void;
  call(client: Handle, options: Given, cancellation: Handle | undefined): Promise<Answer<Values | undefined>>;
  signIn(client: Handle, options: Given, cancellation: Handle | undefined): Promise<Answer<Values | undefined>>;
  access(client: Handle, options: Given, cancellation: Handle | undefined): Promise<Answer<Values | undefined>>;
  runNew(
    client: Handle,
    options: Given,
  ): Promise<readonly [status: number, notice: Values | undefined, run: Handle | undefined]>;
  runAdd(run: Handle, users: readonly (string | null)[]): Answer<Values | undefined>;
  runFinish(run: Handle, isBroken: boolean): Answer<undefined>;
  runSetToken(run: Handle, token: string): Answer<Values | undefined>;
  runProgress(run: Handle): Answer<Values>;
  runCancel(run: Handle): void;
  runNext(
    run: Handle,
    milliseconds: number,
    most: number,
  ): Promise<readonly [status: number, outcomes: readonly (Values | undefined)[], wantsUsers: boolean]>;
  runFree(run: Handle): Promise<void>;
}

/** The addon cannot be loaded: there is none for this platform, it was left out, or it is of another version. */
export class AddonError extends Error {
  override readonly name = "AddonError";
  readonly code = "ERR_GRAPH_INVALIDATE_ADDON";
}

let loaded: Addon | undefined;

/** The addon, loaded when it is first used. */
export function addon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const named = process.env.GRAPH_INVALIDATE_ADDON;
  const name = named ?? `@graph-invalidate/${platformName()}`;
  const found = requireAddon(name, named !== undefined);
  if (found.version !== VERSION) {
    throw new AddonError(
      `${name} is of version ${found.version}, and graph-invalidate of ${VERSION}: install both in one version.`,
    );
  }
  return found;
}

function requireAddon(name: string, isNamed: boolean): Addon {
  const require = createRequire(import.meta.url);
  try {
    const file = require.resolve(name);
    const fault = faultOf(file);
    if (fault !== undefined) {
      throw new Error(`${file} ${fault}`);
    }
    return require(file) as Addon;
  } catch (cause) {
    throw new AddonError(`The native addon ${name} cannot be loaded. ${advice(isNamed, cause)}`, { cause });
  }
}

/** What to do about an addon that is not there, or cannot be loaded. */
function advice(isNamed: boolean, cause: unknown): string {
  if ((cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
    return (cause as Error).message;
  }
  return isNamed
    ? "GRAPH_INVALIDATE_ADDON must name the addon by its full path."
    : "Where the platform is one of ours, it was left out on installation: npm install without --omit=optional, and with " +
        "the lock file made anew, brings it.";
}
