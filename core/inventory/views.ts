import { type Money, toWire, type WireMoney } from "../platform/money.ts";
import type { Page } from "../platform/resources.ts";
import type { ExplainedEntry, ListedStock, LotView, ProductStock, Valuation } from "./reads.ts";

/** Amounts as they go over the wire; whatever has none stays as it is. */
type Wired<T, Name extends keyof T> = Omit<T, Name> & { [N in Name]?: WireMoney };

function wired<T extends object, Name extends keyof T>(from: T, name: Name): Wired<T, Name> {
  const { [name]: amount, ...rest } = from;
  return (amount === undefined ? rest : { ...rest, [name]: toWire(amount as Money) }) as Wired<T, Name>;
}

export function viewStockPage({ items, ...page }: Page<ListedStock>) {
  return { items: items.map((item) => wired(item, "value")), ...page };
}

export function viewProductStock(stock: ProductStock) {
  return { ...stock, locations: stock.locations.map((location) => wired(location, "value")) };
}

export function viewLotPage({ items, ...page }: Page<LotView>) {
  return { items: items.map((lot) => wired(lot, "cost")), ...page };
}

export function viewLedgerPage({ items, ...page }: Page<ExplainedEntry>) {
  // The store gives attributes in any order: people read these first.
  const inOrder = ({ id, at, type, onHandChange, reservedChange, after, ...rest }: ExplainedEntry) =>
    wired({ id, at, type, onHandChange, reservedChange, after, ...rest }, "costChange");
  return { items: items.map(inOrder), ...page };
}

export function viewStockItem<T extends { value?: Money }>(stock: T) {
  return wired(stock, "value");
}

export function viewValuation({ values, ...valuation }: Valuation) {
  return { ...valuation, values: values.map(toWire) };
}
