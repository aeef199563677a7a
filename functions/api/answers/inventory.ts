import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { pageOf } from "../pages.ts";
import { resource } from "./resource.ts";

export const LocationAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      name: z.string(),
      code: z.string().optional(),
      sellsOrders: z.boolean(),
      priority: z.int(),
    })
    .meta({ id: "Location" }),
);

export const LocationsAnswer = z.lazy(() => z.object({ items: z.array(LocationAnswer) }));

const levels = () => ({
  onHand: z.int(),
  reserved: z.int().describe("Promised to orders and reservations"),
  blocked: z.int().describe("Of lots that have expired: there, but not for sale"),
  buffer: z.int().describe("Kept back from being offered"),
  available: z.int().describe("onHand − reserved − blocked − buffer, never less than 0"),
  shortfall: z.int().describe("Promised units that cannot be delivered, because their lots have expired since"),
});

const place = () => ({ productId: z.string(), locationId: z.string() });

export const StockItemAnswer = z.lazy(() =>
  z
    .object({
      ...place(),
      sku: z.string().optional(),
      name: z.string().optional(),
      ...levels(),
      value: WireMoneySchema.optional().describe("What the lots that are left have cost"),
      uncosted: z.int().describe("Units whose cost nobody knows"),
      updatedAt: z.iso.datetime().optional(),
    })
    .meta({ id: "StockItem" }),
);

export const StockPageAnswer = pageOf(StockItemAnswer);

export const ProductStockAnswer = z.lazy(() =>
  z
    .object({
      productId: z.string(),
      sku: z.string(),
      name: z.string(),
      ...levels(),
      locations: z.array(StockItemAnswer),
    })
    .meta({ id: "ProductStock" }),
);

export const ValuationAnswer = z.lazy(() =>
  z
    .object({ units: z.int(), uncosted: z.int(), values: z.array(WireMoneySchema).describe("One a currency") })
    .meta({ id: "Valuation" }),
);

const lotName = () => ({
  lotId: z.string(),
  lotNumber: z.string().optional(),
  expirationDate: z.iso.date().optional(),
});

export const LotAnswer = z.lazy(() =>
  z
    .object({
      ...place(),
      ...lotName(),
      remaining: z.int(),
      cost: WireMoneySchema.optional().describe("Of the remaining units together"),
      receivedAt: z.iso.datetime(),
      blocked: z.literal(true).optional().describe("There when it has expired and is off sale"),
    })
    .meta({ id: "Lot" }),
);

export const LedgerEntryAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      ...place(),
      type: z.string(),
      onHandChange: z.int(),
      reservedChange: z.int(),
      blockedChange: z.int(),
      bufferChange: z.int(),
      lotId: z.string().optional(),
      lotNumber: z.string().optional(),
      expirationDate: z.iso.date().optional(),
      costChange: WireMoneySchema.optional().describe("More than 0 when units came, less when they left"),
      notes: z.string().optional(),
      cause: z.object({ kind: z.string(), id: z.string() }),
      actor: z.object({ kind: z.string(), id: z.string() }),
      requestId: z.string(),
      at: z.iso.datetime(),
      after: z.object({ onHand: z.int(), reserved: z.int(), available: z.int() }),
    })
    .meta({ id: "LedgerEntry" }),
);

export const AdjustmentAnswer = z.lazy(() =>
  z
    .object({
      success: z.literal(true),
      message: z.string(),
      itemId: z.string().describe("The product's id"),
      locationId: z.string(),
      newQuantity: z.int().describe("On hand afterwards"),
      reserved: z.int(),
      available: z.int(),
      adjustmentId: z.string(),
      timestamp: z.iso.datetime(),
    })
    .meta({ id: "Adjustment" }),
);

export const AdjustmentsAnswer = z.lazy(() =>
  z
    .object({
      accepted: z.int(),
      rejected: z.int(),
      items: z.array(
        z.object({
          index: z.int(),
          status: z.enum(["accepted", "rejected"]),
          result: AdjustmentAnswer.optional(),
          error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }).optional(),
          ignored: z.array(z.string()).optional(),
        }),
      ),
    })
    .meta({ id: "Adjustments" }),
);

export const TransferAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      fromLocationId: z.string(),
      toLocationId: z.string(),
      lines: z.array(
        z.object({
          productId: z.string(),
          quantity: z.int(),
          lotNumber: z.string().optional(),
          lots: z.array(z.object({ ...lotName(), quantity: z.int(), cost: WireMoneySchema.optional() })),
        }),
      ),
      notes: z.string().optional(),
      createdBy: z.string(),
    })
    .meta({ id: "Transfer" }),
);

export const ReservationAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      status: z.enum(["open", "released", "expired", "consumed"]),
      lines: z.array(z.object({ ...place(), quantity: z.int() })),
      holds: z
        .array(z.object({ ...place(), quantity: z.int() }))
        .describe("What is held for the lines, each stock item once: a bundle's components in its place"),
      expiresAt: z.iso.datetime(),
      reference: z.string().optional(),
      notes: z.string().optional(),
      createdBy: z.string(),
      endedAt: z.iso.datetime().optional(),
      consumedBy: z.object({ kind: z.string(), id: z.string() }).optional(),
    })
    .meta({ id: "Reservation" }),
);
