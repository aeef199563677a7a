import { AppError } from "../platform/errors.ts";
import { currencyExponent, formatAmount, type Money } from "../platform/money.ts";

/** Stripe counts these in whole units. It is its own list: ISO 4217 gives MGA two digits. */
const WHOLE = new Set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" "));
/** Three digits, of which Stripe wants the last to be 0. */
const THOUSANDTHS = new Set("BHD JOD KWD OMR TND".split(" "));

/** ISK and UGX have no minor unit any more, and Stripe counts them in hundredths all the same. */
const exponentOf = (currency: string) => (WHOLE.has(currency) ? 0 : THOUSANDTHS.has(currency) ? 3 : 2);

/** An amount as Stripe counts it: 1300 KRW is 1300, 13.00 USD is 1300. Throws INVALID_PRICING where Stripe has no such amount. */
export function toStripe(money: Money): { amount: number; currency: string } {
  const shift = exponentOf(money.currency) - currencyExponent(money.currency);
  const amount = shifted(money.minor, shift);
  if (amount === undefined || (THOUSANDTHS.has(money.currency) && amount % 10 !== 0))
    throw new AppError("INVALID_PRICING", `Stripe takes no such amount: ${formatAmount(money)} ${money.currency}`);
  return { amount, currency: money.currency.toLowerCase() };
}

/** What an amount of Stripe's is here. Undefined where it is no whole amount of ours. */
export function fromStripe(amount: unknown, currency: unknown): Money | undefined {
  if (!Number.isSafeInteger(amount) || typeof currency !== "string") return undefined;
  const code = currency.toUpperCase();
  const minor = shifted(Number(amount), currencyExponent(code) - exponentOf(code));
  return minor === undefined ? undefined : { minor, currency: code };
}

function shifted(amount: number, by: number): number | undefined {
  const moved = by >= 0 ? amount * 10 ** by : amount / 10 ** -by;
  return Number.isSafeInteger(moved) ? moved : undefined;
}
