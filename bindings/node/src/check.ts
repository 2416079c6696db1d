/** What goes in: types are checked here, before anything crosses. */

import { refused } from "./errors.js";
import { CREDENTIAL_OPTIONS, type OptionField } from "./made/options.js";
import { typeName } from "./naming.js";
import type { Given, GivenValue } from "./native.js";

const LONGEST = 0xffff_ffff;
const LONGEST_OF_ALL = 1e15;

/** Whether a value stands for one that is missing. */
export function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null || Number.isNaN(value);
}

function wrongType(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${typeName(value)}.`);
}

export function text(name: string, value: unknown): string {
  if (typeof value !== "string") {
    throw wrongType(name, "a string", value);
  }
  return value;
}

/** The key of a user: the value as it is, or the error for nobody. */
export function user(value: unknown): string {
  if (isNothing(value)) {
    const hint = 'Give an object id or a user principal name; "me", or no argument at all, is the signed-in user.';
    throw refused("null_argument", `user is ${String(value)}.`, hint);
  }
  return text("user", value);
}

/** An entry of a list of users: what is no key becomes one that the library refuses, as an outcome. */
export function entry(value: unknown): string | null {
  if (typeof value === "string") {
    return value;
  }
  // White space is in no key: an object never becomes one by its text.
  return isNothing(value) ? null : `no string: ${typeName(value)}`;
}

/** The options of a call, of which only the signal is known. */
export function signalOf(options: unknown): AbortSignal | undefined {
  if (options === undefined) {
    return undefined;
  }
  const { signal } = plainObject("options", options, ["signal"]);
  if (signal === undefined) {
    return undefined;
  }
  if (!(signal instanceof AbortSignal)) {
    throw wrongType("signal", "an AbortSignal", signal);
  }
  return signal;
}

/**
 * The known properties of an object, inherited ones included, each read once: what somebody sets must not be lost, and
 * a misspelt property protects nobody.
 */
export function plainObject(name: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(name, "an object", value);
  }
  const found: Record<string, unknown> = Object.create(null);
  for (const owner of owners(value)) {
    for (const property of Object.keys(owner)) {
      if (!known.includes(property)) {
        throw new TypeError(`${name} has no ${JSON.stringify(property)}: there are ${known.join(", ")}.`);
      }
    }
    for (const property of known) {
      if (!(property in found) && Object.hasOwn(owner, property)) {
        found[property] = (value as Record<string, unknown>)[property];
      }
    }
  }
  return found;
}

/** An object and what it inherits from, but for what all objects have in common. */
function owners(value: object): readonly object[] {
  const found = [value];
  for (let owner: object | null = value; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (owner !== value && Object.getPrototypeOf(owner) !== null) {
      found.push(owner);
    }
  }
  return found;
}

/** Milliseconds: whole, rounded up; the longest time for one without end. */
export function duration(name: string, value: unknown, longest: number = LONGEST): number {
  if (typeof value !== "number") {
    throw wrongType(name, "a number of milliseconds", value);
  }
  if (value === Number.POSITIVE_INFINITY) {
    return longest;
  }
  if (!(value >= 0 && value <= longest)) {
    throw refused(
      "invalid_option",
      `${name} is ${value}: give milliseconds from 0, the default, to ${longest}, or Infinity.`,
    );
  }
  return Math.ceil(value);
}

function whole(name: string, value: unknown): number {
  if (typeof value !== "number") {
    throw wrongType(name, "a number", value);
  }
  if (!Number.isInteger(value)) {
    throw refused("invalid_option", `${name} is ${value}: give a whole number.`);
  }
  return value;
}

function bytes(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw wrongType(name, "a Uint8Array", value);
  }
  return value;
}

function list(name: string, value: unknown): readonly (string | null)[] {
  if (!Array.isArray(value)) {
    throw wrongType(name, "an array of strings", value);
  }
  if (value.length === 0) {
    throw refused("empty_argument", `${name} is an empty list.`, "Leave it out, or see why nobody is in it.");
  }
  return value.map((item: unknown) => (isNothing(item) ? null : text(`an entry of ${name}`, item)));
}

/** The properties of an object with their names, inherited ones included. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  const names = new Set(owners(value).flatMap((owner) => Object.keys(owner)));
  return [...names].map((name) => [name, (value as Record<string, unknown>)[name]]);
}

/** Strings by their names, in an object or in what gives pairs of them. */
function pairs(name: string, value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(name, "an object of strings", value);
  }
  const entries: Iterable<unknown> = Symbol.iterator in value ? (value as Iterable<unknown>) : entriesOf(value);
  return [...entries].flatMap((entry) => {
    if (!Array.isArray(entry)) {
      throw wrongType(`an entry of ${name}`, "a name and a string", entry);
    }
    const key = text(`a name in ${name}`, entry[0]);
    return [key, text(`${name}[${JSON.stringify(key)}]`, entry[1])];
  });
}

function flag(name: string, value: unknown): number {
  if (typeof value !== "boolean") {
    throw wrongType(name, "true or false", value);
  }
  return value ? 1 : 0;
}

function real(name: string, value: unknown): number {
  if (typeof value !== "number") {
    throw wrongType(name, "a number", value);
  }
  return value;
}

function one(name: string, kind: OptionField[1], value: unknown): GivenValue {
  switch (kind) {
    case "text":
      return text(name, value);
    case "texts":
      return list(name, value);
    case "bytes":
      return bytes(name, value);
    case "pairs":
      return pairs(name, value);
    case "duration":
      return duration(name, value);
    case "longDuration":
      return duration(name, value, LONGEST_OF_ALL);
    case "switch":
      return flag(name, value);
    case "number":
      return whole(name, value);
    case "real":
      return real(name, value);
    case "structure":
      return options(name, value, CREDENTIAL_OPTIONS);
  }
}

/** Options in the order of their structure. Left out, or undefined where nothing is lost by it, is the default. */
export function options(name: string, given: unknown, fields: readonly OptionField[]): Given {
  const found = plainObject(
    name,
    given,
    fields.map(([field]) => field),
  );
  return fields.map(([field, kind, mustNotBeLost]) => {
    const value = found[field];
    if (mustNotBeLost && field in found && isNothing(value)) {
      throw refused("null_argument", `${field} is ${String(value)}.`, `Give ${field} a value, or leave it out.`);
    }
    return value === undefined ? undefined : one(field, kind, value);
  });
}
