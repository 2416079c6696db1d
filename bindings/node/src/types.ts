/** The types of what callers give. */

/** A function that gives an access token, or a promise of one. */
export type TokenProvider = () => string | PromiseLike<string>;

/** What a credential of \@azure/identity is, or anything else that gives tokens for a scope. */
export interface TokenCredential {
  getToken(scopes: string | string[]): PromiseLike<{ readonly token: string } | null>;
}

/** Strings by their names: an object, a Map, or the Headers of `fetch`. */
export type NamedStrings =
  | Readonly<Record<string, string>>
  | (Iterable<readonly [name: string, value: string]> & { get(name: string): string | null | undefined });
