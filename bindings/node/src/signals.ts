/** AbortSignals, each with one listener however many calls it ends. */

import { addon, type Handle } from "./native.js";

interface Watched {
  readonly cancellation: Handle;
  readonly callbacks: Set<() => void>;
}

const watched = new WeakMap<AbortSignal, Watched>();

function watch(signal: AbortSignal): Watched {
  let known = watched.get(signal);
  if (known === undefined) {
    const made: Watched = { cancellation: addon().cancellationNew(), callbacks: new Set() };
    const end = (): void => {
      addon().cancel(made.cancellation);
      for (const callback of made.callbacks) {
        callback();
      }
    };
    if (signal.aborted) {
      end();
    } else {
      signal.addEventListener("abort", end, { once: true });
    }
    watched.set(signal, made);
    known = made;
  }
  return known;
}

/** The library's own signal for this one. */
export function cancellationOf(signal: AbortSignal | undefined): Handle | undefined {
  return signal === undefined ? undefined : watch(signal).cancellation;
}

/** Calls back once the signal is aborted; what it gives stops that. */
export function aborted(signal: AbortSignal | undefined, callback: () => void): (() => void) | undefined {
  if (signal === undefined) {
    return undefined;
  }
  const { callbacks } = watch(signal);
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}
