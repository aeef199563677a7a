import * as z from "zod";
import { type Context, requirePermission, timestamp } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { type Fault, ValidationError } from "../../platform/errors.ts";
import { idempotent } from "../../platform/idempotency.ts";
import {
  currencyExponent,
  type Money,
  MoneySchema,
  multiply,
  RatioSchema,
  toWire,
  type WireMoney,
} from "../../platform/money.ts";
import { addDecimals } from "../../platform/decimal.ts";
import { parse } from "../../platform/parse.ts";
import { type Page, PageSchema } from "../../platform/resources.ts";
import { InstantSchema, PlatformSchema } from "../schemas.ts";
import { builtInTable, builtInTables } from "./built-in.ts";
import { calculateFees, type Fees, type FeeSale, type FeeStep } from "./calculate.ts";
import { CreateFeeTableSchema, type FeeTable, type FeeTableView, viewFeeTable } from "./fee-table.ts";
import { feeTableWrite, listTables, tableAt } from "./fee-table.store.ts";
import { leastPrice } from "./target.ts";

export const ListFeeTablesSchema = z.lazy(() => PageSchema.unwrap().extend({ channel: PlatformSchema.optional() }));

export const FeeTableInForceSchema = z.lazy(() =>
  z.object({ channel: PlatformSchema, at: InstantSchema.optional().describe("Now, where absent") }),
);

const saleFields = () => ({
  platform: PlatformSchema,
  at: InstantSchema.optional().describe("When it is sold: the table of that time holds. Now, where absent"),
  shipping: MoneySchema.optional().describe("Charged to the buyer on top of the price"),
  tax: MoneySchema.optional(),
  sellerLevel: z.number().int().min(0).max(1_000).optional().describe("StockX: level 1 to 5; Alias: rating 0 to 100"),
  country: z.string().length(2).optional().describe("Of the seller, ISO 3166-1 alpha-2"),
  crossBorder: z.boolean().optional(),
});

export const NetProceedsSchema = z.lazy(() => z.object({ ...saleFields(), salePrice: MoneySchema }).strict());

export const TargetPriceSchema = z.lazy(() =>
  z
    .object({
      ...saleFields(),
      net: MoneySchema.optional().describe("What shall be left after fees; else a cost, with profit or return on it"),
      cost: MoneySchema.optional(),
      profit: MoneySchema.optional(),
      roi: RatioSchema.optional().describe("Profit wanted as a part of the cost: 0.3 is 30 %"),
    })
    .strict()
    .refine((input) => (input.net === undefined) !== (input.cost === undefined), {
      path: ["net"],
      message: "give either net or cost",
    })
    .refine((input) => input.cost !== undefined || (input.profit === undefined && input.roi === undefined), {
      path: ["cost"],
      message: "is needed for a profit or a return",
    })
    .refine((input) => input.profit === undefined || input.roi === undefined, {
      path: ["roi"],
      message: "give either profit or roi",
    }),
);

/** Channels on which prices are whole units of the currency. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(["alias"]);

export interface NetProceeds {
  salePrice: WireMoney;
  fees: { kind: string; amount: WireMoney }[];
  totalFees: WireMoney;
  net: WireMoney;
  trace: FeeStep[];
  /** What to be careful about: NO_FEE_TABLE, NO_AMOUNT_IN_CURRENCY. */
  warnings: Fault[];
  feeTable: { id: string; effectiveFrom: string; source?: string; builtIn: boolean } | null;
}

/** Adds a table of the organisation's own. An earlier one stays, and holds for sales before this one's time. */
export async function createFeeTable(ctx: Context, input: unknown): Promise<FeeTableView> {
  requirePermission(ctx, "finance.write");
  const data = parse(CreateFeeTableSchema, input);
  return idempotent<FeeTableView>(ctx, "finance.createFeeTable", input, (commit) => {
    const made = { id: ctx.newId("feeTable"), createdAt: timestamp(ctx), createdBy: ctx.actor.id };
    const table = defined({ ...made, ...data }) as FeeTable;
    return commit([feeTableWrite(ctx, table)], viewFeeTable(table));
  });
}

/** The organisation's own, by channel and time; on the first page with those that come with the product. */
export async function listFeeTables(
  ctx: Context,
  input: unknown,
): Promise<Page<FeeTableView> & { builtIn: FeeTableView[] }> {
  requirePermission(ctx, "finance.read");
  const query = parse(ListFeeTablesSchema, input);
  const { items, ...rest } = await listTables(ctx, query);
  const builtIn = builtInTables().filter(({ channel }) => query.channel === undefined || channel === query.channel);
  return {
    items: items.map(viewFeeTable),
    ...rest,
    builtIn: query.cursor === undefined ? builtIn.map(viewFeeTable) : [],
  };
}

/** The table by which a sale at a time is charged: the organisation's own where one holds, else the product's; null for none. */
export async function feeTableInForce(ctx: Context, input: unknown): Promise<{ feeTable: FeeTableView | null }> {
  requirePermission(ctx, "finance.read");
  const { channel, at = timestamp(ctx) } = parse(FeeTableInForceSchema, input);
  const table = await tableFor(ctx, channel, at);
  return { feeTable: table ? viewFeeTable(table) : null };
}

/** What is left of a sale after the channel's fees, and how each of them came to be. */
export async function netProceeds(ctx: Context, input: unknown): Promise<NetProceeds> {
  requirePermission(ctx, "finance.read");
  const { platform, at = timestamp(ctx), salePrice, ...rest } = parse(NetProceedsSchema, input);
  const sale = { ...rest, price: salePrice };
  sameCurrency(salePrice.currency, { shipping: sale.shipping, tax: sale.tax });
  const table = await tableFor(ctx, platform, at);
  return viewProceeds(platform, sale, calculateFees(table?.rules ?? [], sale), table);
}

/** The least sale price that leaves what is wanted, with the proceeds at that price. */
export async function targetPrice(ctx: Context, input: unknown): Promise<NetProceeds & { wanted: WireMoney }> {
  requirePermission(ctx, "finance.read");
  const { platform, at = timestamp(ctx), net, cost, profit, roi, ...rest } = parse(TargetPriceSchema, input);
  const [first = { minor: 0, currency: ctx.actor.currency }] = [net ?? cost].filter((money) => money !== undefined);
  sameCurrency(first.currency, { profit, shipping: rest.shipping, tax: rest.tax });
  const grown = roi ? multiply(first, addDecimals({ digits: 1n, scale: 0 }, roi)) : first;
  const wanted: Money = { minor: grown.minor + (profit?.minor ?? 0), currency: first.currency };
  const table = await tableFor(ctx, platform, at);
  const step = WHOLE_UNITS.has(platform) ? 10 ** currencyExponent(first.currency) : 1;
  const price = leastPrice(table?.rules ?? [], rest, wanted, step);
  const sale = { ...rest, price };
  return { wanted: toWire(wanted), ...viewProceeds(platform, sale, calculateFees(table?.rules ?? [], sale), table) };
}

/** One call. */
export async function tableFor(ctx: Context, channel: string, at: string): Promise<FeeTable | undefined> {
  return (await tableAt(ctx, channel, at)) ?? builtInTable(channel, at);
}

function viewProceeds(platform: string, { price }: FeeSale, fees: Fees, table: FeeTable | undefined): NetProceeds {
  const warnings: Fault[] = fees.trace
    .filter(({ warning }) => warning !== undefined)
    .map(({ kind }) => ({
      path: kind,
      code: "NO_AMOUNT_IN_CURRENCY",
      message: `The ${kind} has an amount that the table does not name in ${price.currency}: it is left out`,
    }));
  if (!table) {
    const message = `No fee table is known for ${platform}: add one, or nothing is taken off`;
    warnings.push({ path: "platform", code: "NO_FEE_TABLE", message });
  }
  return {
    salePrice: toWire(price),
    fees: fees.fees.map(({ kind, amount }) => ({ kind, amount: toWire(amount) })),
    totalFees: toWire(fees.total),
    net: toWire(fees.net),
    trace: fees.trace,
    warnings,
    feeTable: table
      ? defined({
          id: table.id,
          effectiveFrom: table.effectiveFrom,
          source: table.source,
          builtIn: viewFeeTable(table).builtIn,
        })
      : null,
  };
}

function sameCurrency(currency: string, amounts: Record<string, Money | undefined>): void {
  const faults = Object.entries(amounts).flatMap(([path, money]) =>
    money && money.currency !== currency
      ? [{ path, code: "CURRENCY_MISMATCH", message: `${path} is in ${money.currency}, the price in ${currency}` }]
      : [],
  );
  if (faults.length > 0) throw new ValidationError(faults);
}
