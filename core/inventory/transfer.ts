import * as z from "zod";
import { toWire } from "../platform/money.ts";
import { IdSchema, type Page, type Resource } from "../platform/resources.ts";
import { MAX_UNITS } from "./adjustment.ts";
import type { LotTake } from "./lot.ts";
import type { StockPlace } from "./stock.ts";

/** A line writes up to eight items where its units come of one lot, and a transaction takes a hundred. */
const MOST_LINES = 12;

const line = () => ({
  productId: IdSchema,
  quantity: z.int().min(1).max(MAX_UNITS),
  lotNumber: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe("The lots to move, expired ones too; where absent those that leave first and have not expired"),
});

export const CreateTransferSchema = z.lazy(() => {
  const { productId, quantity, lotNumber } = line();
  return z
    .strictObject({
      fromLocationId: IdSchema,
      toLocationId: IdSchema,
      productId: productId.optional().describe("Of a single line; otherwise give `lines`"),
      quantity: quantity.optional(),
      lotNumber,
      lines: z.array(z.strictObject(line())).min(1).max(MOST_LINES).optional(),
      notes: z.string().trim().max(500).optional(),
    })
    .superRefine((input, context) => {
      const fault = (path: string, message: string) =>
        context.addIssue({ code: "custom", path: [path], message, input });
      if (input.fromLocationId === input.toLocationId) fault("toLocationId", "must be another location");
      const isSingle = input.productId !== undefined && input.quantity !== undefined;
      const hasSingle = input.productId !== undefined || input.quantity !== undefined || input.lotNumber !== undefined;
      if (input.lines ? hasSingle : !isSingle) fault("lines", "give either `productId` and `quantity`, or `lines`");
    });
});

type CreateTransfer = z.output<typeof CreateTransferSchema>;

export interface TransferLine {
  productId: string;
  quantity: number;
  lotNumber?: string | undefined;
}

export function linesOf({ lines, productId, quantity, lotNumber }: CreateTransfer): TransferLine[] {
  if (lines) return lines;
  return productId === undefined || quantity === undefined ? [] : [{ productId, quantity, lotNumber }];
}

/** Units that went from one location to another, as the lots that they were. */
export interface Transfer extends Resource {
  fromLocationId: string;
  toLocationId: string;
  lines: (TransferLine & { lots: LotTake[] })[];
  notes?: string;
  createdBy: string;
}

export function viewTransfer(transfer: Transfer) {
  return { ...transfer, lines: transfer.lines.map((one) => ({ ...one, lots: one.lots.map(viewLotTake) })) };
}

export function viewTransferPage({ items, ...page }: Page<Transfer>) {
  return { items: items.map(viewTransfer), ...page };
}

export function viewLotTake({ costMinor, currency, ...lot }: LotTake) {
  if (costMinor === undefined || currency === undefined) return lot;
  return { ...lot, cost: toWire({ minor: costMinor, currency }) };
}

export const placeAt = ({ productId }: TransferLine, locationId: string): StockPlace => ({ productId, locationId });
