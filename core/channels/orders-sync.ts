import * as z from "zod";
import type { Resource } from "../platform/resources.ts";
import type { Reason } from "./doors.ts";

export const PutOrdersSyncSchema = z.lazy(() =>
  z.strictObject({
    isOn: z.boolean().default(true),
    everyMinutes: z.int().min(1).max(1_440).default(5),
    affectsStock: z
      .boolean()
      .default(true)
      .describe("Whether these orders reserve and move our own stock, or are only kept"),
    from: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text).toISOString())
      .optional()
      .describe("Read anew what has changed since then; the first time from now on where absent"),
  }),
);

export const PollOrdersSchema = z.lazy(() => z.strictObject({}).prefault({}));

/** A time whose orders are being read, page by page. */
export interface Window {
  /** RFC 3339 UTC. */
  from: string;
  to: string;
  /** Of the next page; absent for the first. */
  cursor?: string;
  /** From 1: a time of which a list took several pages is read until a pass brings nothing new. */
  pass: number;
  /** Pages of the list that is being read, so far. */
  pages: number;
  /** A list of this pass took several. */
  isLong?: boolean;
  /** This pass has brought something that was not known. */
  isNews: boolean;
}

export interface Counts {
  read: number;
  recorded: number;
  changed: number;
  unreadable: number;
}

export const NO_COUNTS: Counts = { read: 0, recorded: 0, changed: 0, unreadable: 0 };

/** How far an account's orders have been read. Its id is the account's. */
export interface OrdersSync extends Resource {
  provider: string;
  isOn: boolean;
  everyMinutes: number;
  affectsStock: boolean;
  /** All that changed before then is kept here. RFC 3339 UTC. */
  watermark: string;
  window?: Window;
  /** When it is read next. */
  dueAt?: string;
  lastReadAt?: string;
  lastError?: Reason & { at: string };
  /** Since it began. */
  counts: Counts;
  leaseOwner?: string;
  leaseUntil?: number;
}

export function viewOrdersSync({ id, leaseOwner: _owner, leaseUntil: _until, window, ...sync }: OrdersSync) {
  return { accountId: id, ...sync, ...(window ? { reading: { from: window.from, to: window.to } } : {}) };
}

export type OrdersSyncView = ReturnType<typeof viewOrdersSync>;

/** The time to be read next. Pages over living lists skip and clocks differ: it begins before what was read last. Pure. */
export function nextWindow(
  watermark: string,
  { overlapMs, maxWindowMs, now }: { overlapMs: number; maxWindowMs: number; now: number },
): Window {
  const from = Math.min(Date.parse(watermark), now) - overlapMs;
  const to = Math.min(now, from + maxWindowMs);
  return { from: iso(from), to: iso(to), pass: 1, pages: 0, isNews: false };
}

/** After so many passes the time is read again later, from its beginning. */
export const MOST_PASSES = 5;

/**
 * What comes after a pass's last page. Orders that change while pages are read leave the time and move the others up, so
 * that one of them is on no page: where a list took several pages it is read again, until nothing new is found. Pure.
 */
export function afterPass({ pass, isLong, isNews }: Window): "done" | "again" | "later" {
  if (!isLong || (pass > 1 && !isNews)) return "done";
  return pass < MOST_PASSES ? "again" : "later";
}

const iso = (ms: number) => new Date(ms).toISOString();
