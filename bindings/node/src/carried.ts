/** The values of an outcome as JSON or a table carried them, as the library gives them. */

import { STATUSES } from "./made/status.js";
import { typeName } from "./naming.js";

type Given = Readonly<Record<string, unknown>>;

/** A time without a zone could mean any, and is refused. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Where the values are. */
export function object(values: unknown): Given {
  if (typeof values !== "object" || values === null) {
    throw new TypeError(`The values must be an object, not ${typeName(values)}.`);
  }
  return values as Given;
}

function none(name: string, kind: string): TypeError {
  return new TypeError(`The value of ${name} is no ${kind}.`);
}

export function text(given: Given, name: string): string | undefined {
  const value = given[name] ?? "";
  if (typeof value !== "string") {
    throw none(name, "text");
  }
  return value === "" ? undefined : value;
}

export function number(given: Given, name: string): number {
  const value = given[name] ?? "";
  const read = typeof value === "string" ? Number(value) : value;
  if (typeof read !== "number" || !(read >= 0 && read < 1e9)) {
    throw none(name, "number");
  }
  return read;
}

/** The number of its name. */
export function status(given: Given, name: string): number {
  const wanted = text(given, name);
  for (const [number, status] of STATUSES) {
    if (status === wanted) {
      return number;
    }
  }
  throw wanted === undefined ? new TypeError(`There is no ${name}.`) : none(name, "name of a status");
}

export function time(given: Given, name: string): string | undefined {
  const value = given[name] instanceof Date ? (given[name] as Date).toJSON() : text(given, name);
  if (value !== undefined && (value === null || !TIME.test(value) || Number.isNaN(Date.parse(value)))) {
    throw none(name, "time as RFC 3339 writes it");
  }
  return value;
}
