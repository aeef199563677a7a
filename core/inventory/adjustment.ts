import * as z from "zod";
import { MoneySchema } from "../platform/money.ts";
import { IdSchema } from "../platform/resources.ts";
import { CHANGE_TYPES, type ChangeType } from "./ledger.ts";

/** More than any warehouse holds; keeps sums of sums far from the limits of exact integers. */
export const MAX_UNITS = 1_000_000_000;

/** A day in UTC that exists: `2026-12-31`. */
export const DateSchema = z.lazy(() => z.iso.date().meta({ examples: ["2027-06-30"] }));

const FieldsSchema = z.lazy(() =>
  z.strictObject({
    changeType: z.enum(CHANGE_TYPES),
    quantity: z
      .int()
      .min(0)
      .max(MAX_UNITS)
      .describe(
        "Units, more than 0; the change type gives the sign. Of `recount` the units that were counted, which may be 0",
      ),
    direction: z.enum(["in", "out"]).optional().describe("Of `manual`, which can be either"),
    locationId: IdSchema.optional().describe("The main location where absent"),
    notes: z.string().trim().max(500).optional(),
    expirationDate: DateSchema.optional().describe("The last day of sale of what comes"),
    lotNumber: z.string().trim().min(1).max(100).optional().describe("Of what comes, or the one to take from"),
    unitCost: MoneySchema.optional().describe("Of what comes"),
  }),
);

export const AdjustmentSchema = z.lazy(() => FieldsSchema.unwrap().superRefine(checkAdjustment));

export type AdjustmentInput = z.output<typeof AdjustmentSchema>;

export const ADJUSTMENT_POLICIES = ["rejectEverything", "rejectFailedRows", "ignoreFailed"] as const;

/** What one transaction can take: an adjustment writes five items at most, where it does not reach over many lots. */
const MOST_AT_ONCE = 100;

export const AdjustmentsSchema = z.lazy(() =>
  z.strictObject({
    items: z
      .array(z.looseObject({ productId: IdSchema }))
      .min(1)
      .max(MOST_AT_ONCE),
    onError: z
      .enum(ADJUSTMENT_POLICIES)
      .default("rejectFailedRows")
      .describe(
        "`rejectEverything`: all or none, in one transaction. `rejectFailedRows`: each for itself. `ignoreFailed`: each for itself, and an optional field that is at fault is left out",
      ),
  }),
);

/** Field names that `ignoreFailed` may leave out. */
export const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(["notes", "expirationDate", "lotNumber", "unitCost"]);

/** Which way units go: into stock, out of it, to an absolute count, or only between free and reserved. */
const EFFECT: Record<ChangeType, "in" | "out" | "either" | "count" | "hold" | "release"> = {
  restock: "in",
  spoil: "out",
  trash: "out",
  damaged: "out",
  sale: "out",
  manual: "either",
  recount: "count",
  reserved: "hold",
  unreserved: "release",
};

export function effectOf({ changeType, direction }: Pick<AdjustmentInput, "changeType" | "direction">) {
  const effect = EFFECT[changeType];
  return effect === "either" ? (direction ?? "in") : effect;
}

function checkAdjustment(input: z.output<typeof FieldsSchema>, context: z.RefinementCtx): void {
  const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  const effect = effectOf(input);
  if (input.quantity === 0 && effect !== "count") fault("quantity", "must be more than 0");
  if (input.changeType === "manual" && input.direction === undefined) fault("direction", "manual needs `in` or `out`");
  if (input.changeType !== "manual" && input.direction !== undefined)
    fault("direction", "only manual takes a direction");
  const comes = effect === "in" || effect === "count";
  if (!comes && input.unitCost) fault("unitCost", "only what comes has a cost; what leaves takes its lots' own");
  if (effect !== "in" && input.expirationDate) fault("expirationDate", "only what comes has an expiry");
  if ((effect === "hold" || effect === "release") && input.lotNumber)
    fault("lotNumber", "a reservation is not of a lot: lots are chosen when goods leave");
}
