import * as z from "zod";
import { type Defined, defined } from "../../platform/defined.ts";

/** Money as it comes: decimal text, or a JSON number where the channel or a tool in between made one of it. */
export type WireAmount = string | number;

/** Text that may be missing; empty is missing. A number is taken for its text, as sizes and phone numbers come. */
export const text = () =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (/\S/.test(String(value ?? "")) ? String(value) : undefined));

/** An amount that may be missing. */
export const amount = () =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value): WireAmount | undefined => value ?? undefined);

/** An amount without which there is no order. */
export const price = () => z.union([z.string(), z.number()], "must be an amount, as text or number");

/** The channel's id of something. An integer beyond 2^53 is refused: JSON has changed it already. */
export const id = () =>
  z
    .union([z.string().regex(/\S/), z.number().int()], "must be an id: text that is not empty, or a whole number")
    .transform((value) => String(value));

export const list = <S extends z.ZodType>(item: S) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** What is known of something, undefined when that is nothing. */
export function knownOf<T extends object>(fields: T): Defined<T> | undefined {
  const known = defined(fields);
  return Object.keys(known).length > 0 ? known : undefined;
}
