import * as z from "zod";
import { ValidationError } from "../platform/errors.ts";

export const UnitsSchema = z.lazy(() => z.int().min(1).max(1_000_000));

export const InstantSchema = z.lazy(() =>
  z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString()),
);

export const PresaleSchema = z.lazy(() =>
  z
    .object({
      availableFrom: InstantSchema.describe("From when buyers get it; in the future"),
      quantity: UnitsSchema.optional().describe(
        "Units offered ahead of their arrival, in place of what is in stock; lower it as they are promised",
      ),
    })
    .strict(),
);

export type Presale = z.output<typeof PresaleSchema>;

/** A mark, its end by hand, or its end because the goods have arrived: kept with the listing. */
export interface PresaleChange {
  change: "marked" | "unmarked" | "arrived";
  availableFrom?: string;
  quantity?: number | undefined;
  /** Who did it, by id. */
  by: string;
  at: string;
}

const KEPT = 20;

/** The listing's marks with one more; the oldest go. */
export function recordPresale(
  { presaleChanges = [] }: { presaleChanges?: PresaleChange[] },
  change: PresaleChange,
): PresaleChange[] {
  return [...presaleChanges, change].slice(-KEPT);
}

/** Its day has come: it is no presale any more as soon as there is stock. `now` is in milliseconds since the epoch. */
export function isDue(presale: Presale, now: number): boolean {
  return Date.parse(presale.availableFrom) <= now;
}

/** Throws VALIDATION_ERROR: what is available already is no presale. */
export function requireFuture(presale: Presale, now: number): void {
  if (!isDue(presale, now)) return;
  throw new ValidationError([
    { path: "availableFrom", code: "NOT_IN_FUTURE", message: "availableFrom must lie in the future" },
  ]);
}
