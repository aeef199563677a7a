import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { MAX_UNITS } from "./adjustment.ts";
import { changeStock } from "./change-stock.ts";
import { MAIN_LOCATION } from "./location.ts";
import { requireLocation } from "./locations.ts";
import { viewStock } from "./stock.ts";

export const BufferSchema = z.lazy(() =>
  z.strictObject({
    quantity: z.int().min(0).max(MAX_UNITS).describe("Units that are kept back from being offered"),
    locationId: IdSchema.optional().describe("The main location where absent"),
  }),
);

/** Sets a stock item's safety buffer; it holds through whatever is sold and cancelled. */
export async function setBuffer(ctx: Context, { productId, input }: { productId: string; input: unknown }) {
  requirePermission(ctx, "inventory.adjust");
  const { quantity, locationId = MAIN_LOCATION } = parse(BufferSchema, input);
  await requireLocation(ctx, locationId);
  const place = { productId, locationId };
  return changeStock(ctx, {
    cause: { kind: "adjustment", id: ctx.newId("adjustment") },
    needs: [place],
    work: (book) => {
      book.setBuffer(place, quantity);
      return { writes: [], result: viewStock(book.stock(place)) };
    },
  });
}
