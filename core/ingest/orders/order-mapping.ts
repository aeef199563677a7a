import * as z from "zod";
import { isDatePattern, isTimeZone } from "../dates.ts";
import { CurrencySchema, FieldSchema, fileStyle, MAX_MAPPING_BYTES, NullTexts, ColumnName } from "../mapping.ts";
import { ADDRESS_FIELDS, CUSTOMER_FIELDS } from "./order-row.ts";

const AmountFieldSchema = z.lazy(() =>
  z.union([
    ColumnName,
    z.strictObject({ column: ColumnName, nullTexts: NullTexts.optional().describe("In place of the mapping's") }),
  ]),
);

const DateFieldSchema = z.lazy(() =>
  z.union([
    ColumnName,
    z.strictObject({
      column: ColumnName,
      pattern: z
        .string()
        .max(50)
        .refine(isDatePattern, "must name year, month and day, as d/M/yyyy H:mm does; hh and h go with a (AM or PM)")
        .optional()
        .describe(
          "Of yyyy yy MMMM MMM MM M dd d HH H hh h mm m ss s SSS a XXX; all else stands for itself, as does text in quotes. When left out, ISO 8601 or `2010-12-01 08:26:00`",
        ),
      timeZone: z
        .string()
        .max(60)
        .refine(isTimeZone, "must be an IANA time zone")
        .optional()
        .describe("Of texts that name none; UTC when left out")
        .meta({ examples: ["Europe/London"] }),
    }),
  ]),
);

/** Fields of one part of an order, such as its customer. */
const fieldsOf = <K extends string>(names: readonly K[]) =>
  z.strictObject(
    Object.fromEntries(names.map((name) => [name, FieldSchema.optional()])) as Record<
      K,
      z.ZodOptional<typeof FieldSchema>
    >,
  );

const CancellationSchema = z.lazy(() =>
  z.union([
    z.strictObject({ prefix: z.string().min(1).max(20).describe("Of the order's number, as in `C536379`") }),
    z.strictObject({ column: ColumnName, values: z.array(z.string().min(1).max(100)).min(1).max(20) }),
  ]),
);

/** Which column of a file of orders is what. Public: callers send it with an import. */
export const OrderMappingSchema = z.lazy(() =>
  z
    .strictObject({
      groupBy: FieldSchema.optional().describe(
        "What the rows of one order share; they may stand anywhere in the file. When left out, each row is an order",
      ),
      externalId: FieldSchema.optional().describe("The order's number; what `groupBy` holds when left out"),
      identity: z
        .enum(["externalId", "content"])
        .optional()
        .describe(
          "`content`: the file has no order numbers, so a row is known by what it says and how often it said so before. That, when neither groupBy nor externalId is given",
        ),
      sku: FieldSchema.optional(),
      gtin: FieldSchema.optional(),
      styleCode: FieldSchema.optional(),
      size: FieldSchema.optional(),
      title: FieldSchema.optional(),
      quantity: FieldSchema.optional().describe("Units, a whole number; 1 when left out"),
      unitPrice: AmountFieldSchema.optional(),
      lineTotal: AmountFieldSchema.optional().describe("Of all units, in place of unitPrice"),
      currency: z
        .union([CurrencySchema, z.strictObject({ column: ColumnName })])
        .optional()
        .describe("Of all amounts; the import's, then the organisation's when left out"),
      placedAt: DateFieldSchema,
      channel: FieldSchema.default({ constant: "file" }),
      status: FieldSchema.default({ constant: "fulfilled" }).describe("A constant is one of ours"),
      statuses: z
        .record(z.string().min(1).max(100), z.string().max(40))
        .optional()
        .describe("The file's words → ours, where they differ"),
      cancellation: CancellationSchema.optional().describe(
        "Which orders only take back what others sold. Their quantities are negative",
      ),
      negativeQuantities: z
        .enum(["writeOff", "return", "reject"])
        .default("writeOff")
        .describe("What they mean in other orders"),
      customer: fieldsOf(CUSTOMER_FIELDS).optional(),
      shippingAddress: fieldsOf(ADDRESS_FIELDS).optional(),
      country: FieldSchema.optional().describe("Short for shippingAddress.country"),
      notes: FieldSchema.optional(),
      ...fileStyle(),
    })
    .refine(({ unitPrice, lineTotal }) => (unitPrice === undefined) !== (lineTotal === undefined), {
      path: ["unitPrice"],
      message: "give either unitPrice or lineTotal",
    })
    .refine(({ identity, groupBy, externalId }) => identity !== "content" || !(groupBy ?? externalId), {
      path: ["identity"],
      message: "an order that has a number is known by it: leave groupBy and externalId out, or the identity",
    })
    .refine(({ identity, groupBy, externalId }) => identity !== "externalId" || (groupBy ?? externalId), {
      path: ["identity"],
      message: "needs groupBy or externalId",
    })
    .refine(({ decimalSeparator, groupSeparator }) => decimalSeparator !== groupSeparator, {
      path: ["groupSeparator"],
      message: "must differ from the decimal separator",
    })
    .refine((mapping) => Buffer.byteLength(JSON.stringify(mapping)) <= MAX_MAPPING_BYTES, "at most 64 KB of JSON"),
);

export type OrderMappingInput = z.input<typeof OrderMappingSchema>;
export type OrderMapping = z.output<typeof OrderMappingSchema>;
export type AmountField = z.output<typeof AmountFieldSchema>;
export type DateField = z.output<typeof DateFieldSchema>;
