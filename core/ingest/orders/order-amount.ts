import type { Decimal } from "../../platform/decimal.ts";
import type { Fault } from "../../platform/errors.ts";
import { fromDecimal, type Money } from "../../platform/money.ts";
import type { Columns } from "../formats/columns.ts";
import { column } from "../mapping-field.ts";
import { amountOf, readNumber } from "../mapping-money.ts";
import type { OrderMapping } from "./order-mapping.ts";

/** What a line comes to: both amounts ≥ 0, and whether the file takes them away. */
export interface LineAmount {
  /** Absent where it has more decimals than its currency, or where the file gives only the total. */
  unitPrice?: Money;
  total: Money;
  isNegative: boolean;
}

/**
 * Reads what a line comes to. A unit price may have any decimals: it is the total that must be whole minor units, so that
 * 2,000 × 0.0005 USD is 1.00 USD exactly. A total that is not is refused, or rounded once where the mapping says so.
 */
export function compileAmount(columns: Columns, mapping: OrderMapping) {
  const { unitPrice, lineTotal, nullTexts, rounding } = mapping;
  const path = unitPrice === undefined ? "lineTotal" : "unitPrice";
  const field = unitPrice ?? lineTotal ?? "";
  const given = typeof field === "string" ? { column: field } : field;
  const get = column(columns, given.column, "code", given.nullTexts ?? nullTexts);

  return (cells: readonly string[], units: number, currency: string, warnings: Fault[]): LineAmount | Fault => {
    const text = get(cells);
    if (text === "") return { path, code: "REQUIRED", message: "The row has no price" };
    const number = readNumber(text, currency, path, mapping);
    if ("code" in number) return number;
    if (unitPrice !== undefined && units < 0 && number.digits < 0n)
      return {
        path,
        code: "NEGATIVE",
        message: `${units} × ${text}: the quantity or the price may be negative, not both`,
      };
    const exact = unitPrice === undefined ? number : { ...number, digits: number.digits * BigInt(units) };
    const how = { text: unitPrice === undefined ? text : `${units} × ${text}`, currency, path };
    const total = amountOf(absolute(exact), { ...how, rounding });
    if ("code" in total) return total;
    if (fromDecimal(absolute(exact), currency) === "TOO_PRECISE")
      warnings.push({ path, code: "AMOUNT_ROUNDED", message: `${how.text} ${currency} was rounded to the minor unit` });
    const price = unitPrice === undefined ? undefined : fromDecimal(absolute(number), currency);
    return {
      ...(typeof price === "object" ? { unitPrice: price } : {}),
      total,
      isNegative: exact.digits < 0n,
    };
  };
}

function absolute({ digits, scale }: Decimal): Decimal {
  return { digits: digits < 0n ? -digits : digits, scale };
}
