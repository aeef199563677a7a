import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

const cause = () => z.object({ kind: z.string(), id: z.string() });
const units = () => ({ quantity: z.int(), at: z.iso.datetime() });

const takenLots = () =>
  z.array(
    z.object({
      lotId: z.string(),
      lotNumber: z.string().optional(),
      quantity: z.int(),
      cost: WireMoneySchema.optional(),
    }),
  );

const tracedLot = () =>
  z.object({
    lotId: z.string(),
    lotNumber: z.string().optional(),
    productId: z.string(),
    sku: z.string(),
    name: z.string(),
    expirationDate: z.iso.date().optional(),
    level: z.int().describe("0 for what was asked for, 1 for what was made of it, and so on"),
    receivedFrom: z.object({ cause: cause(), at: z.iso.datetime(), cost: WireMoneySchema.optional() }),
    madeOf: z.array(z.object({ productId: z.string(), quantity: z.int(), lots: takenLots() })).optional(),
    remaining: z.array(z.object({ locationId: z.string(), quantity: z.int(), isBlocked: z.boolean() })),
    sold: z.array(z.object({ cause: cause(), ...units(), returned: z.int() })),
    consumed: z.array(z.object({ batchId: z.string(), ...units() })),
    transfers: z.array(
      z.object({
        transferId: z.string(),
        fromLocationId: z.string().optional(),
        toLocationId: z.string().optional(),
        ...units(),
      }),
    ),
    writtenOff: z.array(z.object({ type: z.string(), cause: cause(), ...units(), notes: z.string().optional() })),
    madeInto: z.array(z.object({ batchId: z.string(), lotId: z.string() })),
    sums: z
      .object({
        received: z.int(),
        remaining: z.int(),
        sold: z.int().describe("That are with customers"),
        consumed: z.int(),
        writtenOff: z.int(),
        unexplained: z.int(),
      })
      .describe("received = remaining + sold + consumed + writtenOff + unexplained, which is 0"),
    isWhole: z.boolean(),
  });

export const TraceAnswer = z.lazy(() =>
  z
    .object({
      orderIds: z.array(z.string()).describe("Orders that have units of any of the lots"),
      isComplete: z.boolean().describe("False when there is more than one answer follows"),
      lots: z.array(tracedLot()),
    })
    .meta({ id: "LotTrace" }),
);

const summary = () =>
  z.object({
    matched: z.int(),
    corrected: z.int(),
    refused: z.int(),
    expected: z.int(),
    counted: z.int(),
    found: z.int(),
    missing: z.int(),
    costChanges: z.array(WireMoneySchema),
  });

const count = () => ({
  locationId: z.string(),
  notes: z.string().optional(),
  lineCount: z.int(),
});

export const CountAnswer = z.lazy(() =>
  z
    .object({ ...resource(), ...count(), status: z.enum(["open", "finished"]), summary: summary().optional() })
    .meta({ id: "Count" }),
);

export const CountReportAnswer = z.lazy(() =>
  z
    .object({
      ...count(),
      id: z.string().optional().describe("Absent in a preview, which is not kept"),
      version: z.int().optional(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
      status: z.enum(["open", "finished", "preview"]),
      summary: summary(),
      lines: z.array(
        z.object({
          line: z.int(),
          productId: z.string(),
          sku: z.string().optional(),
          name: z.string().optional(),
          lotNumber: z.string().optional(),
          counted: z.int(),
          verdict: z.enum(["matched", "corrected", "refused"]),
          expected: z.int().optional(),
          difference: z.int().optional(),
          costChange: WireMoneySchema.optional().describe("Of what was found, or negative of what is missing"),
          error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }).optional(),
        }),
      ),
    })
    .meta({ id: "CountReport" }),
);
