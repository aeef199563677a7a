import { formatAmount, type Money } from "../../platform/money.ts";
import type { OrderDraft } from "../order-draft.ts";
import type { Notes } from "./notes.ts";

/** What can be held against any channel's order; none of it is a reason to lose a sale that was made. */
export function checkAmounts(draft: OrderDraft, notes: Notes): void {
  const { total, refunded, discount, currency } = draft;
  if (total === undefined) return;
  const goods = goodsOf(draft);
  if (goods !== undefined && goods - BigInt(discount?.minor ?? 0) > BigInt(total.minor)) {
    const lines = formatAmount({ minor: Number(goods), currency });
    notes.warn("lines", "LINES_EXCEED_TOTAL", `Its lines come to ${lines} ${currency}, its total is ${show(total)}`);
  }
  if (refunded && refunded.currency === total.currency && refunded.minor > total.minor)
    notes.warn("refunded", "REFUND_EXCEEDS_TOTAL", `${show(refunded)} was refunded of ${show(total)}`);
}

/** Warns when two amounts that the channel itself says are the same are not. Amounts of two currencies are not compared. */
export function checkSame(notes: Notes, path: string, code: string, what: string, said: Money, sum: Money): void {
  if (said.currency === sum.currency && said.minor !== sum.minor)
    notes.warn(path, code, `${what} is ${show(said)}, its parts come to ${show(sum)}`);
}

/** Warns of lines that come to less than the channel says they do: there were more of them. */
export function checkSubtotal(
  notes: Notes,
  path: string,
  subtotal: Money | undefined,
  goods: bigint | undefined,
): void {
  if (!subtotal || goods === undefined || goods >= BigInt(subtotal.minor)) return;
  const sum = { ...subtotal, minor: Number(goods) };
  checkSame(notes, path, "LINES_BELOW_SUBTOTAL", "The price of the goods", subtotal, sum);
}

/** Of all lines before discounts, in minor units; undefined when a line has no price, or one in another currency. */
export function goodsOf({ lines, currency }: Pick<OrderDraft, "lines" | "currency">): bigint | undefined {
  let sum = 0n;
  for (const { quantity, unitPrice, total } of lines) {
    const price = total ?? unitPrice;
    if (price?.currency !== currency) return undefined;
    sum += total ? BigInt(total.minor) : BigInt(price.minor) * BigInt(quantity);
  }
  return sum;
}

export const negated = ({ minor, currency }: Money): Money => ({ minor: 0 - minor, currency });

/** The sum of the amounts that are there, undefined when none is, they are of several currencies, or it is out of range. */
export function sumOf(amounts: readonly (Money | undefined)[]): Money | undefined {
  const [first, ...others] = amounts.filter((money) => money !== undefined);
  if (!first || others.some(({ currency }) => currency !== first.currency)) return undefined;
  const minor = Number(others.reduce((sum, { minor }) => sum + BigInt(minor), BigInt(first.minor)));
  return Number.isSafeInteger(minor) ? { minor, currency: first.currency } : undefined;
}

const show = (money: Money) => `${formatAmount(money)} ${money.currency}`;
