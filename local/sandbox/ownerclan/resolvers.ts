import type { Asked } from "../provider/server.ts";
import type { Catalogue, SandboxHistory } from "./catalogue.ts";
import type { SandboxItem } from "./items.ts";
import type { OrderInput, Orders, SandboxOrder } from "./orders.ts";
import { pageOf, sortable } from "./pages.ts";
import { Refusal } from "./refusal.ts";

interface PageArguments {
  first?: number | null;
  after?: string | null;
  /** Milliseconds since the epoch. */
  dateFrom?: number | string | null;
  dateTo?: number | string | null;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const MOST_KEYS = 5_000;

/** What answers each field of the schema, for one call. */
export function resolvers(
  { catalogue, orders, now }: { catalogue: Catalogue; orders: Orders; now: () => number },
  page: { fault: Asked["pageFault"]; most: number },
) {
  const item = (key: string): SandboxItem | undefined => catalogue.get(key);
  return {
    item: ({ key }: { key: string }) => {
      const found = item(key);
      if (!found) throw new Refusal("ITEM_NOT_FOUND", "상품을 찾을 수 없습니다.");
      return found;
    },
    itemsByKeys: ({ keys }: { keys: string[] }) => {
      if (keys.length > MOST_KEYS) throw new Refusal("TOO_MANY_KEYS", "한 번에 5,000개까지 조회할 수 있습니다.");
      return keys.flatMap((key) => item(key) ?? []);
    },
    allItems: (args: PageArguments & { status?: string; category?: string; vendor?: string; sortBy?: string }) => {
      if (args.sortBy && args.sortBy !== "dateAsc")
        throw new Refusal("NOT_IMPLEMENTED", "이 정렬은 데모 서버에 없습니다.");
      const entries = catalogue.byChange().filter(({ updatedAt }) => isWithin(updatedAt, args));
      return pageOf(entries, args, {
        placeOf: ({ key, updatedAt }) => `${sortable(updatedAt)} ${key}`,
        nodeOf: ({ key }) => item(key),
        ...page,
      });
    },
    itemHistories: (args: PageArguments & { kind?: string; itemKey?: string }) => {
      const from = Number(args.dateFrom);
      const to = args.dateTo ? Number(args.dateTo) : now();
      if (to - from > WEEK_MS) throw new Refusal("DATE_RANGE_TOO_LONG", "조회 기간은 최대 7일입니다.");
      const entries = catalogue.histories
        .map((history, index) => ({ history, index }))
        .filter(({ history }) => isWithin(history.createdAt, args))
        .filter(({ history }) => !args.kind || history.kind === args.kind)
        .filter(({ history }) => !args.itemKey || history.itemKey === args.itemKey);
      return pageOf(entries, args, {
        placeOf: ({ index }) => sortable(index),
        nodeOf: ({ history }): SandboxHistory => history,
        ...page,
      });
    },
    order: ({ key }: { key: string }) => orders.all.find((one) => one.key === key) ?? null,
    allOrders: (args: PageArguments & { note?: string; status?: string }) => {
      // As a search: also what holds the note as a part.
      const entries = orders.all
        .filter(({ note }) => !args.note || (note ?? "").includes(args.note))
        .filter(({ status }) => !args.status || status === args.status)
        .filter(({ createdAt }) => isWithin(createdAt, args));
      return pageOf(entries, args, { placeOf: ({ key }) => key, nodeOf: (one): SandboxOrder => one, ...page });
    },
    simulateCreateOrder: ({ input }: { input: OrderInput }) => orders.simulate(input),
    createOrder: ({ input }: { input: OrderInput }) => orders.create(input),
    cancelOrder: ({ key }: { key: string }) => orders.cancel(key),
  };
}

function isWithin(seconds: number, { dateFrom, dateTo }: PageArguments): boolean {
  return (
    (!dateFrom || seconds >= Math.floor(Number(dateFrom) / 1_000)) &&
    (!dateTo || seconds <= Math.floor(Number(dateTo) / 1_000))
  );
}
