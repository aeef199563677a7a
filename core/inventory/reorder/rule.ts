import * as z from "zod";
import { IdSchema, type Resource } from "../../platform/resources.ts";
import { MAX_UNITS } from "../adjustment.ts";
import type { StockPlace } from "../stock.ts";

/** When a stock item is to be ordered again, and in what quantities. */
export interface ReorderRule extends Resource, StockPlace {
  /** Units that should still be there when the next delivery comes. */
  minimum: number;
  /** Units to order up to; what the lead time needs above the minimum, where absent. */
  target?: number;
  leadTimeDays: number;
  packSize: number;
  /** Units that the supplier takes an order for at all. */
  minimumOrder: number;
  supplierId?: string;
}

const units = () => z.int().min(0).max(MAX_UNITS);

export const ReorderRuleSchema = z.lazy(() =>
  z
    .strictObject({
      locationId: IdSchema.optional().describe("The main location where absent"),
      minimum: units().describe("Units that should still be there when the next delivery comes"),
      target: units().optional().describe("Units to order up to"),
      leadTimeDays: z.int().min(0).max(730).describe("Days from the order to the delivery"),
      packSize: z.int().min(1).max(1_000_000).default(1).describe("Only whole packs are ordered"),
      minimumOrder: units().default(0).describe("Units that the supplier takes an order for at all"),
      supplierId: IdSchema.optional(),
    })
    .refine(({ target, minimum }) => target === undefined || target >= minimum, {
      path: ["target"],
      message: "must not be less than the minimum",
    }),
);

export const RulePlaceSchema = z.lazy(() =>
  z.strictObject({ locationId: IdSchema.optional().describe("The main location where absent") }),
);
