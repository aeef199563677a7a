import { itemAt, keyAt, type SandboxItem } from "./items.ts";

export type HistoryKind = "created" | "priceIncreased" | "priceDecreased" | "soldout" | "resumed" | "deleted";

export interface SandboxHistory {
  itemKey: string;
  kind: HistoryKind;
  title: string;
  valueBefore: string | null;
  valueAfter: string | null;
  /** Seconds since the epoch. */
  createdAt: number;
}

/** What differs from the items as they were made; null where an item is gone. */
export interface CatalogueState {
  size: number;
  changed: [string, SandboxItem | null][];
  histories: SandboxHistory[];
}

export interface Catalogue {
  get(key: string): SandboxItem | undefined;
  /** The keys of all items, the one that changed longest ago first. */
  byChange(): readonly { key: string; updatedAt: number }[];
  histories: readonly SandboxHistory[];
  put(item: SandboxItem, history: Pick<SandboxHistory, "kind" | "valueBefore" | "valueAfter">): void;
  remove(key: string): void;
  /** One item more. Returns its key. */
  add(): string;
  /** Changes so many items, spread over all of them: prices, and of every fourth whether it can be had. Returns their keys. */
  drift(count: number): string[];
  state(): CatalogueState;
}

const KEPT_HISTORIES = 20_000;

type Change = [SandboxItem, Pick<SandboxHistory, "kind" | "valueBefore" | "valueAfter">];

function repriced(item: SandboxItem, turn: number): Change {
  const by = turn % 2 === 0 || item.price < 1_000 ? 200 : -100;
  const price = item.price + by;
  const options = item.options.map((option) => ({ ...option, price: option.price + by }));
  const kind = by > 0 ? "priceIncreased" : "priceDecreased";
  return [
    { ...item, price, options },
    { kind, valueBefore: String(item.price), valueAfter: String(price) },
  ];
}

/** Sold out where there was some, back where there was none. */
function switched(item: SandboxItem): Change {
  const isThere = item.status === "available";
  const status = isThere ? "soldout" : "available";
  const options = item.options.map((option) => ({ ...option, quantity: isThere ? 0 : 10 }));
  return [
    { ...item, status, options },
    { kind: isThere ? "soldout" : "resumed", valueBefore: item.status, valueAfter: status },
  ];
}

/** A catalogue of any size. Only what changed is held; `now` is in milliseconds since the epoch. */
export function createCatalogue(given: { size: number; saved?: CatalogueState }, now: () => number): Catalogue {
  const { saved } = given;
  let size = saved?.size ?? given.size;
  const changed = new Map<string, SandboxItem | null>(saved?.changed);
  const histories: SandboxHistory[] = saved?.histories ?? [];
  let order: { key: string; updatedAt: number }[] | undefined;
  let turn = histories.length;
  const seconds = () => Math.floor(now() / 1_000);

  function get(key: string): SandboxItem | undefined {
    const known = changed.get(key);
    if (known !== undefined) return known ?? undefined;
    const index = Number.parseInt(key.slice(1), 36);
    return index < size && keyAt(index) === key ? itemAt(index) : undefined;
  }

  function note(itemKey: string, history: Pick<SandboxHistory, "kind" | "valueBefore" | "valueAfter">) {
    histories.push({ itemKey, title: `${itemKey} ${history.kind}`, createdAt: seconds(), ...history });
    if (histories.length > KEPT_HISTORIES) histories.splice(0, KEPT_HISTORIES / 2);
    order = undefined;
  }

  function put(item: SandboxItem, history: Pick<SandboxHistory, "kind" | "valueBefore" | "valueAfter">) {
    changed.set(item.key, { ...item, updatedAt: seconds() });
    note(item.key, history);
  }

  return {
    get,
    histories,
    put,
    byChange() {
      order ??= Array.from({ length: size }, (_, index) => keyAt(index))
        .flatMap((key) => {
          const item = get(key);
          return item ? [{ key, updatedAt: item.updatedAt }] : [];
        })
        .toSorted((a, b) => a.updatedAt - b.updatedAt || (a.key < b.key ? -1 : 1));
      return order;
    },
    remove(key) {
      changed.set(key, null);
      note(key, { kind: "deleted", valueBefore: null, valueAfter: null });
    },
    add() {
      const index = size++;
      const item = itemAt(index);
      put({ ...item, createdAt: seconds() }, { kind: "created", valueBefore: null, valueAfter: null });
      return item.key;
    },
    drift(count) {
      const keys: string[] = [];
      // A step that has no divisor in common with most sizes, so that each turn meets others.
      for (let tried = 0; keys.length < Math.min(count, size) && tried < size * 2; tried++) {
        const item = get(keyAt((turn++ * 7_919) % size));
        if (!item || keys.includes(item.key)) continue;
        put(...(turn % 4 === 0 ? switched(item) : repriced(item, turn)));
        keys.push(item.key);
      }
      return keys;
    },
    state: () => ({ size, changed: [...changed], histories }),
  };
}
