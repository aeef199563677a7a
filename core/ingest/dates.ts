import type { Fault } from "../platform/errors.ts";
import { quoted } from "./mapping-money.ts";

export interface DateStyle {
  /** How the texts are written, as in `d/M/yyyy H:mm`; ISO 8601 where absent. */
  pattern?: string | undefined;
  /** IANA name of the zone of texts that name none; UTC where absent. */
  timeZone?: string | undefined;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Minutes east of UTC, where the text says so. */
  offset?: number;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** What a piece of a pattern stands for, and the text that it takes. */
const TOKENS: Record<string, [part: string, text: string]> = {
  yyyy: ["year", String.raw`(\d{4})`],
  yy: ["shortYear", String.raw`(\d\d)`],
  MMMM: ["monthName", "([A-Za-z]{3,9})"],
  MMM: ["monthName", String.raw`([A-Za-z]{3})\.?`],
  MM: ["month", String.raw`(\d\d)`],
  M: ["month", String.raw`(\d\d?)`],
  dd: ["day", String.raw`(\d\d)`],
  d: ["day", String.raw`(\d\d?)`],
  HH: ["hour", String.raw`(\d\d)`],
  H: ["hour", String.raw`(\d\d?)`],
  hh: ["hour12", String.raw`(\d\d)`],
  h: ["hour12", String.raw`(\d\d?)`],
  mm: ["minute", String.raw`(\d\d)`],
  m: ["minute", String.raw`(\d\d?)`],
  ss: ["second", String.raw`(\d\d)`],
  s: ["second", String.raw`(\d\d?)`],
  SSS: ["ms", String.raw`(\d{3})`],
  a: ["half", "([AaPp])\\.?[Mm]\\.?"],
  XXX: ["offset", String.raw`(Z|[+-]\d\d:?\d\d)`],
};
const PIECES = /yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|SSS|a|XXX|'[^']*'|./g;

/** Whether the pattern names a day: year, month and day. */
export function isDatePattern(pattern: string): boolean {
  const parts = new Set([...pattern.matchAll(PIECES)].map(([piece]) => TOKENS[piece]?.[0]));
  const has = (...names: string[]) => names.some((name) => parts.has(name));
  return (
    has("year", "shortYear") && has("month", "monthName") && has("day") && parts.has("hour12") === parts.has("half")
  );
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** A reader of dates: RFC 3339 UTC, or why the text is none. */
export function compileDate({ pattern, timeZone = "UTC" }: DateStyle, path: string): (text: string) => string | Fault {
  const read = pattern === undefined ? readIso : byPattern(pattern);
  const offsetAt = offsets(timeZone);
  const how = pattern === undefined ? "an ISO 8601 date such as 2010-12-01 08:26:00" : `a date written as ${pattern}`;
  let last: { text?: string; at: string } = { at: "" };
  return (text) => {
    // Rows of one order follow each other, and say the same time.
    if (text === last.text) return last.at;
    const parts = read(text);
    const utc = parts && utcOf(parts);
    if (!parts || utc === undefined) return { path, code: "INVALID_DATE", message: `${quoted(text)} is not ${how}` };
    const at = parts.offset === undefined ? local(utc, offsetAt) : utc - parts.offset * 60_000;
    last = { text, at: new Date(at).toISOString() };
    return last.at;
  };
}

/** The parts as if they were UTC; undefined for a day or time that there is not. */
function utcOf({ year, month, day, hour, minute, second, ms }: Parts): number | undefined {
  if (hour > 23 || minute > 59 || second > 59 || year < 1900 || year > 9_998) return undefined;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const date = new Date(utc);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? utc : undefined;
}

/**
 * The moment that clocks of the zone show so. In the hour that comes twice it is the first; one that is left out is taken
 * as if clocks had not been put forward yet.
 */
function local(wall: number, offsetAt: (utc: number) => number): number {
  const before = wall - offsetAt(wall - 86_400_000);
  const after = wall - offsetAt(wall + 86_400_000);
  if (before === after) return before;
  if (before + offsetAt(before) === wall) return before;
  return after + offsetAt(after) === wall ? after : before;
}

/** Zones change their offset at a quarter of an hour. */
const QUARTER_MS = 15 * 60_000;
const MOST_KEPT = 20_000;

/** Milliseconds that the zone is ahead of UTC. */
function offsets(timeZone: string): (utc: number) => number {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const kept = new Map<number, number>();
  return (utc) => {
    const quarter = Math.floor(utc / QUARTER_MS);
    const known = kept.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * QUARTER_MS;
    const at: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(start)) at[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(quarter, offset);
    return offset;
  };
}

function readIso(text: string): Parts | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.padEnd(3, "0").slice(0, 3)),
    ...(zone === undefined ? {} : { offset: offsetOf(zone) }),
  };
}

function byPattern(pattern: string): (text: string) => Parts | undefined {
  const names: string[] = [];
  let source = "";
  for (const [piece] of pattern.matchAll(PIECES)) {
    const token = TOKENS[piece];
    if (token) {
      names.push(token[0]);
      source += token[1];
    } else source += escaped(piece.startsWith("'") && piece.length > 1 ? piece.slice(1, -1) : piece);
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const match = expression.exec(text);
    return match ? partsOf(new Map(names.map((name, index) => [name, match[index + 1] ?? ""]))) : undefined;
  };
}

function partsOf(found: ReadonlyMap<string, string>): Parts | undefined {
  const number = (name: string, otherwise = 0) => Number(found.get(name) ?? otherwise);
  const short = number("shortYear");
  const month = MONTHS.indexOf((found.get("monthName") ?? "").slice(0, 3).toLowerCase()) + 1;
  const half = found.get("half")?.toLowerCase();
  const hour12 = number("hour12");
  if (half !== undefined && (hour12 < 1 || hour12 > 12)) return undefined;
  const zone = found.get("offset");
  return {
    year: found.has("shortYear") ? short + (short < 70 ? 2_000 : 1_900) : number("year"),
    month: found.has("monthName") ? month : number("month"),
    day: number("day"),
    hour: half === undefined ? number("hour") : (hour12 % 12) + (half === "p" ? 12 : 0),
    minute: number("minute"),
    second: number("second"),
    ms: number("ms"),
    ...(zone === undefined ? {} : { offset: offsetOf(zone) }),
  };
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
