import { parseDecimal } from "../../platform/decimal.ts";
import type { Fault } from "../../platform/errors.ts";
import { describeMoneyFault, fromDecimal, type Money, readMoney } from "../../platform/money.ts";
import { readInstant } from "./instant.ts";
import type { WireAmount } from "./wire.ts";

/** What is said about one order while it is read: a fault refuses it, a warning is kept with it. */
export class Notes {
  readonly faults: Fault[] = [];
  readonly warnings: Fault[] = [];

  refuse(path: string, code: string, message: string): void {
    this.faults.push({ path, code, message });
  }

  warn(path: string, code: string, message: string): void {
    this.warnings.push({ path, code, message });
  }

  /** An amount in major units, of either sign. Undefined when there is none, and when it is a fault. */
  signed(path: string, value: WireAmount | undefined, currency: string): Money | undefined {
    if (value === undefined) return undefined;
    const text = this.#exactText(path, value);
    return text === undefined ? undefined : this.#settled(path, text, currency, readMoney(text, currency));
  }

  /** An amount in major units that has no sign: a price, a total, a refund. */
  amount(path: string, value: WireAmount | undefined, currency: string): Money | undefined {
    return this.#notNegative(path, this.signed(path, value, currency));
  }

  /** An amount in hundredths of the major unit, as integer or as its text. */
  cents(path: string, value: WireAmount | undefined, currency: string): Money | undefined {
    if (value === undefined) return undefined;
    const text = this.#exactText(path, value);
    if (text === undefined) return undefined;
    const decimal = parseDecimal(text);
    const money = decimal ? fromDecimal({ ...decimal, scale: decimal.scale + 2 }, currency) : "NOT_A_NUMBER";
    return this.#notNegative(path, this.#settled(path, text, `cents of ${currency}`, money));
  }

  /** RFC 3339 UTC. What cannot be read as a time is left out with a warning: no sale is refused for it. */
  time(path: string, text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const instant = readInstant(text);
    if (instant === undefined) this.warn(path, "INVALID_TIME", `${quote(text)} is no time with an offset`);
    return instant;
  }

  /** The first of these that is a time; an order without any is refused, since we do not make up when it was placed. */
  placedAt(times: Record<string, string | undefined>): string {
    const [first = ""] = Object.keys(times);
    for (const [path, text] of Object.entries(times)) {
      const instant = this.time(path, text);
      if (instant === undefined) continue;
      if (path !== first) this.warn(first, "TIME_MISSING", `There is no ${first}: ${path} is taken for it`);
      return instant;
    }
    this.refuse(first, "TIME_MISSING", "It does not say when it was placed");
    return "";
  }

  #notNegative(path: string, money: Money | undefined): Money | undefined {
    if (money && money.minor < 0) this.refuse(path, "NEGATIVE", "must not be negative");
    return money;
  }

  /** A JSON number has lost its own digits beyond the 15 that a double keeps. */
  #exactText(path: string, value: WireAmount): string | undefined {
    const text = String(value);
    if (typeof value === "string" || text.replaceAll(/e.*$|\D/g, "").length <= 15) return text;
    this.refuse(path, "NOT_EXACT", `${text} has more digits than a JSON number keeps: send it as text`);
  }

  #settled(path: string, text: string, unit: string, money: ReturnType<typeof readMoney>): Money | undefined {
    if (typeof money !== "string") return money;
    this.refuse(path, money, describeMoneyFault(money, text, unit));
  }
}

/** Foreign text within a message of ours. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
