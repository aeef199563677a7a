import type { Connection, OrderSource } from "../connectors/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { type Doors, DOORS, reasonOf } from "./doors.ts";
import { afterPass, type Counts, nextWindow, type OrdersSync, type Window } from "./orders-sync.ts";
import { claimSync, saveProgress } from "./orders-sync.store.ts";
import { takePage } from "./take-page.ts";

/** A page with its orders takes no longer. */
const ENOUGH_MS = 25_000;

/** A time that is up to date to this is read to its end. */
const UP_TO_DATE_MS = 1_000;

/**
 * Reads what has changed at a channel since the last time, page by page; each page's orders are kept before its progress
 * is, and the watermark moves when all pages of a time are kept. So it may die anywhere: the same is read again, and no
 * order is recorded twice. `continue` when its function's time is up. What the channel refuses is in the sync's
 * `lastError`, and the next slot is the retry.
 */
export async function pollOrders(
  ctx: Context,
  { id, remainingMs }: { id: string; remainingMs: () => number },
  doors: Doors = DOORS,
): Promise<"done" | "continue"> {
  requirePermission(ctx, "orders.write");
  const claimed = await claimSync(ctx, id, ctx.newId("request"));
  // Whoever reads has this message's work with its own; if it is dead, its own message comes again.
  if (!claimed) return "done";
  const state = { sync: claimed };
  try {
    const { connector, connection } = await doors.openAccount(ctx, id, { urgency: "bulk" });
    const { orders } = connector;
    if (!orders) throw new AppError("STATE_CONFLICT", `Orders cannot be read from ${claimed.provider}`);
    const result = await readWindows(ctx, state, { source: orders, connection, remainingMs });
    await saveProgress(ctx, state.sync, { lastError: undefined }, { release: true });
    return result;
  } catch (error) {
    if (error instanceof ConditionFailed) return "done";
    const isForeign = error instanceof AppError;
    ctx.log[isForeign ? "warn" : "error"]("An account's orders could not be read", { accountId: id, error });
    const lastError = { ...reasonOf(error), at: timestamp(ctx) };
    await saveProgress(ctx, state.sync, { lastError }, { release: true });
    return "done";
  }
}

interface Reading {
  source: OrderSource;
  connection: Connection;
  remainingMs: () => number;
}

async function readWindows(ctx: Context, state: { sync: OrdersSync }, reading: Reading): Promise<"done" | "continue"> {
  const { overlapMs, maxWindowMs } = reading.source;
  for (;;) {
    const { watermark } = state.sync;
    const window = state.sync.window ?? nextWindow(watermark, { overlapMs, maxWindowMs, now: ctx.now() });
    if (!state.sync.window) state.sync = await saveProgress(ctx, state.sync, { window });
    if ((await readWindow(ctx, state, reading)) === "continue") return "continue";
    if (Date.parse(window.to) >= ctx.now() - UP_TO_DATE_MS || state.sync.watermark === watermark) return "done";
  }
}

/** The rest of a time. */
async function readWindow(
  ctx: Context,
  state: { sync: OrdersSync },
  { source, connection, remainingMs }: Reading,
): Promise<"done" | "continue"> {
  for (;;) {
    const { sync } = state;
    const { window } = sync;
    if (!window) return "done";
    if (remainingMs() < ENOUGH_MS) return "continue";
    const { from, to, cursor } = window;
    const page = await source.page(connection, {
      from: Date.parse(from),
      to: Date.parse(to),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const taken = await takePage(ctx, sync, page.orders);
    const isNews = window.isNews || taken.recorded + taken.changed + taken.unreadable > 0;
    const pages = window.pages + 1;
    const isLong = window.isLong === true || pages > 1;
    // Of lists that follow each other, each moves by itself.
    const read: Window = { ...window, pages: page.endsList ? 0 : pages, isLong, isNews };
    const counts = sum(sync.counts, taken);
    const next =
      page.nextCursor === undefined ? endOfPass(ctx, read) : { window: { ...read, cursor: page.nextCursor } };
    state.sync = await saveProgress(ctx, sync, { ...next, counts, lastReadAt: timestamp(ctx) });
  }
}

function endOfPass(ctx: Context, window: Window): { window: Window | undefined; watermark?: string } {
  const { from, to, pass } = window;
  switch (afterPass(window)) {
    case "again":
      return { window: { from, to, pass: pass + 1, pages: 0, isNews: false } };
    case "later":
      ctx.log.warn("Orders change faster than they are read: the time is read again", { from, to, pass });
      return { window: undefined };
    case "done":
      return { window: undefined, watermark: to };
  }
}

const sum = (a: Counts, b: Counts): Counts => ({
  read: a.read + b.read,
  recorded: a.recorded + b.recorded,
  changed: a.changed + b.changed,
  unreadable: a.unreadable + b.unreadable,
});
