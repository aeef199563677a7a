import * as z from "zod";
import { TRANSACTION_TYPES } from "../../../core/finance/index.ts";
import { WireMoneySchema } from "../../../core/platform/money.ts";

export const TransactionAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      type: z.enum(TRANSACTION_TYPES),
      platform: z.string(),
      amount: WireMoneySchema.describe("Money in is positive, money out negative"),
      occurredAt: z.iso.datetime(),
      orderId: z.string().optional(),
      lineId: z.string().optional(),
      productId: z.string().optional(),
      source: z.object({ kind: z.string(), id: z.string() }).describe("What it is told of"),
      ref: z.string().describe("Names the fact: it is written once"),
      parts: z
        .array(
          z.object({
            kind: z.string(),
            amount: WireMoneySchema,
            lineId: z.string().optional(),
            productId: z.string().optional(),
            quantity: z.int().optional(),
            item: z.record(z.string(), z.string()).optional(),
          }),
        )
        .optional()
        .describe("They sum to the amount"),
      note: z.string().optional(),
      createdBy: z.string(),
      recordedAt: z.iso.datetime(),
    })
    .meta({ id: "Transaction" }),
);

export const SummaryAnswer = z.lazy(() =>
  z
    .object({
      from: z.iso.date(),
      to: z.iso.date(),
      groups: z.array(
        z.object({
          group: z.string(),
          currency: z.string(),
          totals: z.array(z.object({ type: z.enum(TRANSACTION_TYPES), amount: WireMoneySchema, count: z.int() })),
          cash: WireMoneySchema.describe("What moved: all but costs of goods, losses and payouts"),
          profit: WireMoneySchema.describe("What was earned: all but tax, purchases and payouts"),
        }),
      ),
    })
    .meta({ id: "FinanceSummary" }),
);

const FeeRuleAnswer = z.lazy(() =>
  z.object({
    kind: z.string(),
    base: z.enum(["price", "total", "proceeds"]),
    rate: z.string().optional(),
    fixed: z.array(WireMoneySchema).optional(),
    minimum: z.array(WireMoneySchema).optional(),
    maximum: z.array(WireMoneySchema).optional(),
    levelFrom: z.int().optional(),
    levelTo: z.int().optional(),
    countries: z.array(z.string()).optional(),
    crossBorder: z.literal(true).optional(),
  }),
);

export const FeeTableAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      channel: z.string(),
      effectiveFrom: z.iso.datetime(),
      rules: z.array(FeeRuleAnswer),
      source: z.string().optional(),
      note: z.string().optional(),
      builtIn: z.boolean(),
      createdAt: z.iso.datetime().optional(),
      createdBy: z.string().optional(),
    })
    .meta({ id: "FeeTable" }),
);

export const FeeTablePageAnswer = z.lazy(() =>
  z.object({
    items: z.array(FeeTableAnswer),
    nextCursor: z.string().optional(),
    builtIn: z.array(FeeTableAnswer).describe("What comes with the product; on the first page"),
  }),
);

export const FeeTableInForceAnswer = z.lazy(() => z.object({ feeTable: FeeTableAnswer.nullable() }));

const FeeStepAnswer = z.lazy(() =>
  z.object({
    kind: z.string(),
    formula: z.string(),
    inputs: z.record(z.string(), z.string()),
    result: WireMoneySchema,
    bound: z.enum(["minimum", "maximum"]).optional(),
    warning: z.string().optional(),
  }),
);

const proceeds = () => ({
  salePrice: WireMoneySchema,
  fees: z.array(z.object({ kind: z.string(), amount: WireMoneySchema })).describe("They sum to totalFees"),
  totalFees: WireMoneySchema,
  net: WireMoneySchema.describe("Price and shipping less all fees"),
  trace: z.array(FeeStepAnswer),
  warnings: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  feeTable: z
    .object({ id: z.string(), effectiveFrom: z.iso.datetime(), source: z.string().optional(), builtIn: z.boolean() })
    .nullable(),
});

export const NetProceedsAnswer = z.lazy(() => z.object(proceeds()).meta({ id: "NetProceeds" }));

export const TargetPriceAnswer = z.lazy(() =>
  z.object({ wanted: WireMoneySchema, ...proceeds() }).meta({ id: "TargetPrice" }),
);

const ResultAnswer = z.lazy(() =>
  z.object({
    currency: z.string(),
    revenue: WireMoneySchema,
    refunds: WireMoneySchema,
    fees: WireMoneySchema,
    cost: WireMoneySchema,
    adjustments: WireMoneySchema,
    profit: WireMoneySchema,
    margin: z.string().nullable().describe("Profit over what was paid and kept; null where it means nothing"),
    roi: z.string().nullable().describe("Profit over cost; null where it means nothing"),
  }),
);

export const OrderProfitAnswer = z.lazy(() =>
  z
    .object({
      orderId: z.string(),
      channel: z.string().optional(),
      soldAt: z.iso.datetime().optional(),
      isComplete: z.boolean().describe("The cost of every unit is known"),
      feesAreEstimated: z.boolean(),
      feeTrace: z.array(FeeStepAnswer).optional(),
      results: z.array(ResultAnswer).describe("One a currency"),
      lines: z.array(
        z.object({
          lineId: z.string(),
          productId: z.string().optional(),
          quantity: z.int(),
          unknownCost: z.int().describe("Units whose cost is not known"),
          results: z.array(ResultAnswer),
          costs: z.array(
            z.object({
              kind: z.enum(["purchase", "stock"]),
              id: z.string(),
              quantity: z.int(),
              cost: WireMoneySchema,
              matchId: z.string().optional(),
              method: z.string().optional(),
              score: z.int().optional(),
            }),
          ),
        }),
      ),
    })
    .meta({ id: "OrderProfit" }),
);

export const MatchedOrderAnswer = z.lazy(() =>
  z.object({
    orderId: z.string(),
    lines: z.array(z.object({ lineId: z.string(), quantity: z.int(), open: z.int(), inReview: z.int() })),
  }),
);
