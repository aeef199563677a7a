import * as z from "zod";
import { AppError } from "../../platform/errors.ts";
import { MoneySchema } from "../../platform/money.ts";
import { IdSchema, type Resource } from "../../platform/resources.ts";
import { DateSchema, MAX_UNITS } from "../adjustment.ts";

export const DELIVERY_STATUSES = ["open", "received", "cancelled"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
export type DeliveryAction = "receive" | "cancel";

/** Units that were ordered from somebody and have not come yet. What is open is not ordered again. */
export interface Delivery extends Resource {
  status: DeliveryStatus;
  productId: string;
  locationId: string;
  /** Units that were ordered, and those of them that are still expected. */
  quantity: number;
  remaining: number;
  expectedAt?: string;
  /** The supplier's or our own number of the order. */
  reference?: string;
  supplierId?: string;
  /** The purchase order that it belongs to: it is received and cancelled with that. */
  purchaseOrderId?: string;
  receipts: { adjustmentId: string; lotId: string; quantity: number; at: string }[];
}

const MOST_RECEIPTS = 200;
const ReferenceSchema = z.lazy(() => z.string().trim().min(1).max(200));

export const CreateDeliverySchema = z.lazy(() =>
  z.strictObject({
    productId: IdSchema,
    locationId: IdSchema.optional().describe("Where it will come: the main location where absent"),
    quantity: z.int().min(1).max(MAX_UNITS),
    expectedAt: DateSchema.optional().describe("The day on which it should come"),
    reference: ReferenceSchema.optional().describe("The number of the order"),
    supplierId: IdSchema.optional(),
  }),
);

export const ReceiveDeliverySchema = z.lazy(() =>
  z.strictObject({
    quantity: z.int().min(1).max(MAX_UNITS).describe("Units that came; there may be more than were expected"),
    unitCost: MoneySchema.optional(),
    lotNumber: z.string().trim().min(1).max(100).optional(),
    expirationDate: DateSchema.optional(),
    notes: z.string().trim().max(500).optional(),
    isLast: z.boolean().default(false).describe("Nothing more will come, even if some are missing"),
  }),
);

export const CancelDeliverySchema = z.lazy(() => z.strictObject({}).prefault({}));

/** The life of a delivery, to be read aloud. What is not here is refused. */
const ALLOWED: Record<DeliveryStatus, readonly DeliveryAction[]> = {
  open: ["receive", "cancel"],
  received: [],
  cancelled: [],
};

/** Throws STATE_CONFLICT with the reason why not. */
export function requireAllowed({ id, status, receipts, purchaseOrderId }: Delivery, action: DeliveryAction): void {
  if (purchaseOrderId !== undefined)
    throw new AppError("STATE_CONFLICT", "It belongs to a purchase order: receive or cancel that", {
      details: { id, status, action, purchaseOrderId },
    });
  const allowed = ALLOWED[status];
  if (!allowed.includes(action))
    throw new AppError("STATE_CONFLICT", `A delivery that is ${status} cannot be changed by ${action}`, {
      details: { id, status, action, allowed },
    });
  if (action === "receive" && receipts.length >= MOST_RECEIPTS)
    throw new AppError("STATE_CONFLICT", `It has come in ${MOST_RECEIPTS} parts, which is as many as are kept`, {
      details: { id, status, action, most: MOST_RECEIPTS },
    });
}
