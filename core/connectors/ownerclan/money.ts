import { describeMoneyFault, type Money, readMoney } from "../../platform/money.ts";
import { CURRENCY } from "./constants.ts";

/** An amount that is none, or none in won. The message names the field and the amount. */
export class MoneyUnreadable extends Error {
  override readonly name = "MoneyUnreadable";
}

/** Won; undefined where there is no amount. Throws MoneyUnreadable for fractions of a won and for what is negative. */
export function money(value: number | string | null | undefined, field: string): Money | undefined {
  if (value === null || value === undefined) return undefined;
  const text = String(value);
  const read = readMoney(text, CURRENCY);
  if (typeof read === "string") throw new MoneyUnreadable(`${field}: ${describeMoneyFault(read, text, CURRENCY)}`);
  if (read.minor < 0) throw new MoneyUnreadable(`${field}: ${text} is negative`);
  return read;
}
