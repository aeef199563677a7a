import * as z from "zod";
import { describeMoneyFault, type Money, readMoney } from "../platform/money.ts";

/** A channel's or supplier's short name. */
export const PlatformSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, "must be letters, digits, dots, dashes and underscores, at most 40")
    .meta({ examples: ["stockx"] }),
);

const FIRST_YEAR = 1970;
const LAST_YEAR = 2999;

/** A day or a time, with any offset; kept as RFC 3339 UTC with milliseconds, so that times sort as text. A day is its first instant. */
export const InstantSchema = z.lazy(() =>
  z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .transform((text, context) => {
      const time = new Date(text);
      const year = time.getUTCFullYear();
      if (year >= FIRST_YEAR && year <= LAST_YEAR) return time.toISOString();
      context.addIssue({ code: "custom", message: `must be a time from ${FIRST_YEAR} to ${LAST_YEAR}` });
      return z.NEVER;
    })
    .meta({ examples: ["2026-11-20T09:30:00Z"] }),
);

export const DaySchema = z.lazy(() =>
  z.iso
    .date()
    .refine((day) => day >= `${FIRST_YEAR}` && day < `${LAST_YEAR + 1}`, "is out of range")
    .meta({ examples: ["2026-11-20"] }),
);

/** Wire money with its sign: in is positive, out negative. */
export const SignedMoneySchema = z.lazy(() =>
  z
    .object({ amount: z.string().max(40), currency: z.string().length(3) })
    .strict()
    .transform(({ amount, currency }, context): Money => {
      const money = readMoney(amount, currency);
      if (typeof money !== "string") return money;
      context.addIssue({ code: "custom", message: describeMoneyFault(money, amount, currency) });
      return z.NEVER;
    })
    .meta({
      description: "Money in is positive, money out negative",
      examples: [{ amount: "-4.20", currency: "USD" }],
    }),
);

/** Free text of one line. */
export const LineSchema = z.lazy(() => z.string().trim().min(1).max(500));
