import type { Doors } from "../../core/channels/index.ts";
import type { Connection, Connector, OrderSource } from "../../core/connectors/index.ts";

interface Sale {
  id: string;
  status: string;
  updatedAt: number;
  /** What makes it unreadable. */
  priceCents: unknown;
}

/** Alias' own form of an order. */
const written = ({ id, status, updatedAt, priceCents }: Sale) => ({
  id,
  status,
  catalog_sku: "DD1391 100",
  size: "9.5",
  price_cents: priceCents,
  sold_at: "2026-11-21T10:00:00Z",
  updated_at: new Date(updatedAt).toISOString(),
});

type Page = Awaited<ReturnType<OrderSource["page"]>>;

/**
 * A channel whose orders live: pages are counted by offset, as most channels count them, so that an order that changes
 * while somebody reads moves the others up. A test disturbs it before or instead of a page.
 */
export function livingOrders({ pageSize = 2, overlapMs = 60_000, maxWindowMs = 24 * 3600_000 } = {}) {
  const sales = new Map<string, Sale>();
  const asked: { from: number; to: number; cursor?: string }[] = [];
  let disturb: ((number: number) => Page | void) | undefined;
  const orders: OrderSource = {
    overlapMs,
    maxWindowMs,
    page: (_connection, ask) => {
      asked.push(ask);
      const instead = disturb?.(asked.length);
      if (instead) return Promise.resolve(instead);
      const { from, to, cursor = "0" } = ask;
      const inTime = [...sales.values()]
        .filter(({ updatedAt }) => updatedAt >= from && updatedAt <= to)
        .toSorted((a, b) => a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : 1));
      const end = Number(cursor) + pageSize;
      const page = inTime.slice(Number(cursor), end).map(written);
      return Promise.resolve({ orders: page, ...(end < inTime.length ? { nextCursor: String(end) } : {}) });
    },
  };
  const connector: Connector = { sign: (request) => request, orders };
  return {
    doors: doorsTo(connector),
    asked,
    sell: (
      id: string,
      updatedAt: number,
      { status = "ORDER_STATUS_CONFIRMED", priceCents }: { status?: string; priceCents?: unknown } = {},
    ) => void sales.set(id, { id, status, updatedAt, priceCents: priceCents ?? 22_000 }),
    disturb: (next: typeof disturb) => void (disturb = next),
  };
}

/** Doors behind which there is this connector, whatever the account. Undefined stands for no account. */
export function doorsTo(connector: Connector | undefined, connection: Partial<Connection> = {}): Doors {
  return {
    accountFor: (_ctx, provider) => Promise.resolve(connector && { id: "acc_test", provider }),
    openAccount: () =>
      connector
        ? Promise.resolve({ connector, connection: connection as Connection })
        : Promise.reject(new Error("There is no account to open")),
  };
}
