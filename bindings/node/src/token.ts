/** Where tokens come from: asking the caller's own code, which may fail or hang. */

import { AsyncResource } from "node:async_hooks";
import type { GraphInvalidateError } from "./error.js";
import { errorOf, localOutcome } from "./errors.js";
import { typeName } from "./naming.js";
import { aborted } from "./signals.js";
import type { TokenCredential } from "./types.js";

/** Asks for a token. */
export type Ask = () => unknown;

/** Whether an object gives tokens. */
export function isTokenCredential(value: unknown): value is TokenCredential {
  return typeof value === "object" && value !== null && "getToken" in value && typeof value.getToken === "function";
}

/** How a credential is asked, for the scope of the client's cloud. */
export function credentialAsk(credential: TokenCredential, scope: () => string): Ask {
  return async () => (await credential.getToken(scope()))?.token;
}

/** Asks whoever asked first: in the asynchronous context in which this was called. */
export function inThisContext(ask: Ask): Ask {
  return AsyncResource.bind(ask, "GraphInvalidateToken");
}

function failed(user: string | undefined, why: string, cause?: unknown): GraphInvalidateError {
  const hint = "Mend what gives the token, and call again.";
  return errorOf(
    localOutcome("token_provider_failed", `The token provider ${why}; nothing was sent.`, hint, user),
    undefined,
    cause,
  );
}

/**
 * Asks for a token, until a time, an abort, or until nobody wants it any more: none waits for the caller's code.
 *
 * What the provider throws may hold anything, secrets too: it is the cause, and its text is no part of ours.
 */
export async function askFor(
  ask: Ask,
  user: string | undefined,
  until: number,
  signal: AbortSignal | undefined,
  unwanted?: AbortSignal,
): Promise<string> {
  if (signal?.aborted) {
    throw neverBegun(user, signal);
  }
  let timer: NodeJS.Timeout | undefined;
  const stops: ((() => void) | undefined)[] = [];
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(user)), Math.min(Math.max(0, until - performance.now()), 0x7fff_ffff));
    stops.push(aborted(signal, () => reject(neverBegun(user, signal))));
    // An abort makes it unwanted, too, and may say so first.
    stops.push(aborted(unwanted, () => reject(neverBegun(user, signal?.aborted ? signal : undefined))));
  });
  try {
    const token = tokenOf(await Promise.race([answered(ask, user), ended]), user);
    // One that blocks the thread keeps the timer waiting, too.
    if (performance.now() >= until) {
      throw late(user);
    }
    return token;
  } finally {
    clearTimeout(timer);
    for (const stop of stops) {
      stop?.();
    }
  }
}

function late(user: string | undefined): GraphInvalidateError {
  const message = "The timeout passed while the token was asked for: nothing was sent.";
  const hint = "Give the token provider a shorter time limit of its own, or the client a longer timeout.";
  return errorOf(localOutcome("deadline_exceeded", message, hint, user));
}

async function answered(ask: Ask, user: string | undefined): Promise<unknown> {
  try {
    return await ask();
  } catch (cause) {
    throw failed(user, "failed", cause);
  }
}

function tokenOf(answer: unknown, user: string | undefined): string {
  if (answer === undefined || answer === null || answer === "") {
    throw failed(user, "gave no token");
  }
  if (typeof answer !== "string") {
    throw failed(user, `gave no string, but ${typeName(answer)}`);
  }
  return answer;
}

/** The error for what was aborted before anything was sent. */
export function neverBegun(user: string | undefined, signal: AbortSignal | undefined): GraphInvalidateError {
  const message = "The signal was aborted before the request was sent.";
  return errorOf(localOutcome("cancelled", message, undefined, user), signal);
}
