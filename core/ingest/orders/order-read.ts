import { createHash } from "node:crypto";
import { defined } from "../../platform/defined.ts";
import type { Fault } from "../../platform/errors.ts";
import { isCurrency } from "../../platform/money.ts";
import { compileDate } from "../dates.ts";
import { Columns } from "../formats/columns.ts";
import type { Field } from "../mapping.ts";
import { column, compileField, type FieldKind } from "../mapping-field.ts";
import { quoted, readWhole, unknownCurrency } from "../mapping-money.ts";
import { isFault, type ReadRow, readGtin } from "../mapping-read.ts";
import { compileAmount } from "./order-amount.ts";
import type { OrderMapping } from "./order-mapping.ts";
import { ADDRESS_FIELDS, CUSTOMER_FIELDS, type LineMeaning, type OrderRow, type OrderRowLine } from "./order-row.ts";

type Cells = readonly string[];
type Taken = <T>(value: T | Fault | undefined) => T | undefined;

const CODES = ["sku", "styleCode"] as const;
const LINES = ["size", "title"] as const;
const LIMITS = { sku: 100, styleCode: 100, size: 100, title: 500, externalId: 200, notes: 2_000 } as const;
const MOST_OTHER = 500;

/** Turns a mapping and a header into a reader of rows. Throws HEADER_MISSING or HEADER_DUPLICATE. */
export function compileOrderMapping(
  mapping: OrderMapping,
  header: readonly string[],
  currency: string,
): ReadRow<OrderRow> {
  const columns = new Columns(header);
  const context = { columns, mapping };
  const text = (path: string, field: Field | undefined, kind: FieldKind) =>
    field === undefined ? undefined : compileField(context, field, kind, path);
  const texts = <K extends string>(part: string, fields: Partial<Record<K, Field | undefined>>, names: readonly K[]) =>
    names.flatMap((name) => {
      const get = text(`${part}.${name}`, fields[name], "line");
      return get ? [{ name, path: `${part}.${name}`, get }] : [];
    });

  const group = text("externalId", mapping.groupBy ?? mapping.externalId, "code");
  const externalId = text("externalId", mapping.externalId ?? mapping.groupBy, "code");
  const quantity = text("quantity", mapping.quantity, "code");
  const gtin = text("gtin", mapping.gtin, "code");
  const parts = [
    ...CODES.map((name) => ({ name, get: text(name, mapping[name], "code") })),
    ...LINES.map((name) => ({ name, get: text(name, mapping[name], "line") })),
  ];
  const channel = text("channel", mapping.channel, "line");
  const status = text("status", mapping.status, "line");
  const notes = text("notes", mapping.notes, "block");
  const date = typeof mapping.placedAt === "string" ? { column: mapping.placedAt } : mapping.placedAt;
  const dateText = column(columns, date.column, "code", mapping.nullTexts);
  const readDate = compileDate(date, "placedAt");
  const customer = texts("customer", mapping.customer ?? {}, CUSTOMER_FIELDS);
  const { country, shippingAddress } = mapping;
  const address = texts("shippingAddress", { ...(country ? { country } : {}), ...shippingAddress }, ADDRESS_FIELDS);
  const currencyOf =
    typeof mapping.currency === "object"
      ? column(columns, mapping.currency.column, "code", mapping.nullTexts)
      : undefined;
  const amount = compileAmount(columns, mapping);
  const isCancellation = compileCancellation(columns, mapping);
  columns.check();

  return (cells) => {
    const faults: Fault[] = [];
    const warnings: Fault[] = [];
    let isWhole = true;
    const taken: Taken = (value) => {
      if (!isFault(value)) return value;
      faults.push(value);
      return undefined;
    };
    const needed: Taken = (value) => {
      const found = taken(value);
      if (found === undefined) isWhole = false;
      return found;
    };
    const limited = (path: string, found: string | undefined, most: number) => {
      if (!found) return undefined;
      const bad = badText(path, found, most);
      return bad ? taken<string>(bad) : found;
    };

    const key = taken(group?.(cells)) ?? "";
    const units = needed(readQuantity(quantity ? taken(quantity(cells)) : "1"));
    const own = currencyOf ? currencyOf(cells).toUpperCase() : currency;
    const known = needed(isCurrency(own) ? own : unknownCurrency(own, "currency"));
    const sum = known === undefined || units === undefined ? undefined : needed(amount(cells, units, known, warnings));
    const cancels = isCancellation(cells, key);
    const meaning = needed(
      meaningOf({ cancels, units, isNegative: sum?.isNegative, policy: mapping.negativeQuantities }),
    );
    const placedAt = needed(readDate(dateText(cells)));
    const id = group ? needed(idFault(key) ?? (taken(externalId?.(cells)) || key)) : undefined;

    const line: Partial<OrderRowLine> = {};
    for (const { name, get } of parts) {
      const found = limited(name, taken(get?.(cells)), LIMITS[name]);
      if (found !== undefined) line[name] = found;
    }
    const digits = taken(gtin?.(cells));
    const code = digits ? taken(readGtin(digits)) : undefined;
    const read = <K extends string>(fields: { name: K; path: string; get: (cells: Cells) => string | Fault }[]) => {
      const found: Partial<Record<K, string>> = {};
      for (const { name, path, get } of fields) {
        const value = limited(path, taken(get(cells)), MOST_OTHER);
        if (value !== undefined) found[name] = value;
      }
      return Object.keys(found).length > 0 ? found : undefined;
    };
    const record = defined({
      meaning: meaning ?? "sale",
      externalId: id,
      content: contentOf(cells),
      channel: limited("channel", taken(channel?.(cells)), 40) ?? "file",
      status: limited("status", taken(status?.(cells)), 100),
      placedAt: placedAt ?? "",
      currency: known ?? currency,
      line: defined({
        ...line,
        gtin: code,
        quantity: Math.abs(units ?? 0),
        unitPrice: sum?.unitPrice,
        total: sum?.total ?? { minor: 0, currency },
      }),
      customer: read(customer),
      shippingAddress: read(address),
      notes: limited("notes", taken(notes?.(cells)), LIMITS.notes),
    });
    return {
      ...(isWhole ? { record } : {}),
      ...(faults.length > 0 ? { faults } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(mapping.groupBy !== undefined && key !== ""
        ? { group: groupOf(key, meaning ?? (cancels ? "credit" : "sale")) }
        : {}),
    };
  };
}

/** Rows of one number that mean different things are different records: an order, and what is taken back under its number. */
function groupOf(key: string, meaning: LineMeaning) {
  return { key: `${meaning}\n${key}`, late: meaning === "credit" };
}

function readQuantity(text: string | undefined): number | Fault {
  if (!text) return { path: "quantity", code: "REQUIRED", message: "The row has no quantity" };
  const units = readWhole(text, "quantity");
  return units === 0 ? { path: "quantity", code: "ZERO", message: "A line of 0 units says nothing" } : units;
}

function meaningOf({
  cancels,
  units,
  isNegative,
  policy,
}: {
  cancels: boolean;
  units: number | undefined;
  isNegative: boolean | undefined;
  policy: OrderMapping["negativeQuantities"];
}): LineMeaning | Fault | undefined {
  if (units === undefined || isNegative === undefined) return undefined;
  if (cancels) {
    if (isNegative || units < 0) return "credit";
    return { path: "quantity", code: "NOT_NEGATIVE", message: `A cancellation of ${units} units should be negative` };
  }
  if (units > 0) return isNegative ? "credit" : "sale";
  if (policy === "reject") return { path: "quantity", code: "NEGATIVE", message: `${units} is negative` };
  return policy === "return" ? "credit" : "writeOff";
}

function compileCancellation(columns: Columns, { cancellation, nullTexts }: OrderMapping) {
  if (!cancellation) return () => false;
  if ("prefix" in cancellation) return (_cells: Cells, key: string) => key.startsWith(cancellation.prefix);
  const get = column(columns, cancellation.column, "line", nullTexts);
  const values = new Set(cancellation.values.map((value) => value.toLowerCase()));
  return (cells: Cells) => values.has(get(cells).toLowerCase());
}

function idFault(key: string): Fault | undefined {
  if (key === "") return { path: "externalId", code: "REQUIRED", message: "The row has no order number" };
  return badText("externalId", key, LIMITS.externalId);
}

function badText(path: string, text: string, most: number): Fault | undefined {
  if (text.length > most)
    return { path, code: "TOO_LONG", message: `The length of ${path} is ${text.length}, at most ${most} is taken` };
  if (/[\p{Cc}--[\n\t]]/v.test(text))
    return { path, code: "INVALID_CHARACTERS", message: `${quoted(text)} holds control characters` };
  return undefined;
}

function contentOf(cells: Cells): string {
  return createHash("sha256")
    .update(JSON.stringify(cells.map((cell) => cell.trim())))
    .digest("base64url");
}
