/** What comes out of the library, as JavaScript has it. */

import { STATUSES, type Status } from "./made/status.js";

/** A structure of the library: its fields in their order. */
export type Values = readonly Value[];
export type Value = string | number | readonly Values[] | undefined;

export function text(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function number(value: Value): number {
  return typeof value === "number" ? value : 0;
}

/** Seconds as milliseconds. */
export function milliseconds(value: Value): number {
  return number(value) * 1000;
}

interface Known {
  text: string;
  milliseconds: number;
}

/** The two times of the last outcome. */
let latest: Known = { text: "", milliseconds: 0 };
let earlier: Known = { text: "", milliseconds: 0 };

/** RFC 3339. The users of one request have their times in common, which are read once. */
export function time(value: Value): Date | undefined {
  if (typeof value !== "string") {
    return undefined;
  }
  if (value !== latest.text) {
    [latest, earlier] = [earlier, latest];
    if (value !== latest.text) {
      latest.text = value;
      latest.milliseconds = Date.parse(value);
    }
  }
  return new Date(latest.milliseconds);
}

/** Texts come as one, with NUL between them. */
export function texts(value: Value): readonly string[] {
  return typeof value === "string" ? value.split("\0") : [];
}

/** Names and values that follow one another, as pairs. */
export function pairs(value: Value): readonly (readonly [name: string, value: string])[] {
  const flat = texts(value);
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    found.push([flat[at] ?? "", flat[at + 1] ?? ""]);
  }
  return found;
}

export function status(value: Value): Status {
  return statusName(number(value));
}

export function list<Item>(value: Value, item: new (values: Values) => Item): readonly Item[] {
  return ((value ?? []) as readonly Values[]).map((values) => new item(values));
}

/** The name of a number. */
export function statusName(status: number): Status {
  return STATUSES.get(status) ?? "internal_error";
}

/** The number of a name. */
export function statusNumber(name: Status): number {
  for (const [number, status] of STATUSES) {
    if (status === name) {
      return number;
    }
  }
  return 900;
}
