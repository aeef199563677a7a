import * as z from "zod";
import { isCurrency } from "../platform/money.ts";

export const ColumnName = z.lazy(() =>
  z
    .string()
    .min(1)
    .max(300)
    .describe(
      "A column's name as the header has it (capitals do not matter); in JSON lines a key, or a path such as `brand.name`",
    ),
);

export const NullTexts = z.lazy(() =>
  z.array(z.string().max(100)).max(20).describe("Texts that mean that the cell is empty"),
);

export const CurrencySchema = z.lazy(() =>
  z
    .string()
    .refine(isCurrency, "must be an ISO 4217 code")
    .meta({ examples: ["USD"] }),
);

const Remove = z.lazy(() =>
  z
    .array(z.string().min(1).max(100))
    .max(20)
    .describe("Texts that are taken out of the cells; `*` stands for anything up to what follows it, as in `(+*원)`"),
);

const ListSchema = z.lazy(() =>
  z.strictObject({
    column: ColumnName,
    list: z.enum(["json", "split"]).describe('`json`: the cell holds `["a","b"]`. `split`: it holds `a|b`'),
    separator: z.string().min(1).max(10).optional().describe("Of `split`; a comma when left out"),
  }),
);

const ColumnField = z.lazy(() =>
  z.strictObject({
    column: ColumnName,
    list: z.enum(["json", "split"]).optional().describe("The cell holds a list, which becomes one text"),
    separator: z.string().min(1).max(10).optional().describe("Of `split`; a comma when left out"),
    remove: Remove.optional(),
    join: z.string().max(10).optional().describe("What stands between the parts of a list; ` > ` when left out"),
    nullTexts: NullTexts.optional().describe("For this field in place of the mapping's"),
  }),
);

const FirstOfField = z.lazy(() =>
  z.strictObject({
    columns: z.array(ColumnName).min(1).max(20).describe("The first of these that is not empty"),
    nullTexts: NullTexts.optional(),
  }),
);

const ConstantField = z.lazy(() =>
  z.strictObject({ constant: z.string().min(1).max(2_000).describe("The same for every row") }),
);

const TemplateField = z.lazy(() =>
  z.strictObject({
    template: z
      .string()
      .max(500)
      .regex(/\{[^{}]+\}/, "must name a column in braces")
      .describe(
        "Text with columns in braces. In `sku`, `externalId` and `familyKey` it is empty when any of them is, elsewhere when all are",
      )
      .meta({ examples: ["{style}-{size}"] }),
    remove: Remove.optional(),
  }),
);

export const FieldSchema = z.lazy(() => z.union([ColumnName, ColumnField, FirstOfField, ConstantField, TemplateField]));

const SurchargePattern = z.lazy(() =>
  z
    .string()
    .max(50)
    .regex(/^[^*]+\*[^*]+$/, "must hold one `*`, with text before and after it"),
);

const SurchargeSchema = z.lazy(() =>
  z
    .strictObject({
      column: ColumnName.describe("Text that may say what a variant costs more or less"),
      add: SurchargePattern.optional().describe("What stands around an amount that is added, as in `(+*원)`"),
      subtract: SurchargePattern.optional().describe("What stands around an amount that is subtracted, as in `(-*원)`"),
    })
    .refine(({ add, subtract }) => add !== undefined || subtract !== undefined, "give add, subtract or both"),
);

export const MoneyFieldSchema = z.lazy(() =>
  z.union([
    ColumnName,
    z
      .strictObject({
        column: ColumnName.optional(),
        columns: FirstOfField.unwrap().shape.columns.optional(),
        currency: CurrencySchema.optional().describe("Of every amount in the column"),
        currencyColumn: ColumnName.optional().describe("The column that holds the row's currency"),
        surcharge: SurchargeSchema.optional(),
        rounding: z.enum(["reject", "halfUp"]).optional().describe("For this field in place of the mapping's"),
        nullTexts: NullTexts.optional().describe('For this field; `["0"]` where a zero means that no price is known'),
      })
      .refine(
        ({ column, columns }) => (column === undefined) !== (columns === undefined),
        "give either column or columns",
      )
      .refine(
        ({ currency, currencyColumn }) => currency === undefined || currencyColumn === undefined,
        "give currency or currencyColumn, not both",
      ),
  ]),
);

const ImagesSchema = z.lazy(() =>
  z.union([
    ColumnName,
    ListSchema,
    ConstantField,
    z
      .array(z.union([ColumnName, ListSchema]))
      .min(1)
      .max(20),
  ]),
);

const AttributeListSchema = z.lazy(() =>
  z.strictObject({
    column: ColumnName,
    json: z.literal("nameValue").describe('The cell holds `[{"name":"Color","value":"Red"}]`'),
  }),
);

/** A mapping is kept with its batch, which is written with every page and must fit an item of 400 KB beside a header. */
export const MAX_MAPPING_BYTES = 65_536;

/** How a file writes its numbers, its empty cells and its rows. */
export const fileStyle = () => ({
  rounding: z
    .enum(["reject", "halfUp"])
    .default("reject")
    .describe("What becomes of an amount with more decimals than its currency has"),
  decimalSeparator: z.enum([".", ","]).default("."),
  groupSeparator: z
    .enum([",", ".", " ", "'"])
    .optional()
    .describe("Between thousands. When left out, amounts have none, and `1,234` is refused"),
  nullTexts: NullTexts.default(["null", "NULL", "N/A", "n/a", "#N/A"]),
  delimiter: z.enum([",", ";", "\t", "|"]).optional().describe("Of CSV; found from the header when left out"),
});

/** Which column of a file is what. Public: callers send it with an import or a feed. */
export const MappingSchema = z.lazy(() =>
  z
    .strictObject({
      sku: FieldSchema,
      name: FieldSchema,
      description: FieldSchema.optional(),
      cost: MoneyFieldSchema.optional().describe("What it costs us"),
      price: MoneyFieldSchema.optional().describe("What we sell it for"),
      competitorPrice: MoneyFieldSchema.optional(),
      gtin: FieldSchema.optional().describe("GTIN-8, -12, -13 or -14; its check digit is verified"),
      brand: FieldSchema.optional(),
      category: FieldSchema.optional(),
      familyKey: FieldSchema.optional().describe("What the variants of one product share"),
      stock: FieldSchema.optional().describe("Units, a whole number that is not negative"),
      externalId: FieldSchema.optional().describe("The supplier's own id, when it is not the SKU"),
      images: ImagesSchema.optional().describe("Addresses of images"),
      attributes: z
        .record(z.string().min(1).max(100), FieldSchema)
        .optional()
        .describe("Name of the attribute → field"),
      attributeLists: z
        .array(AttributeListSchema)
        .max(10)
        .optional()
        .describe("Cells that hold names and values; a name in `attributes` comes first"),
      currency: CurrencySchema.optional().describe(
        "Of amounts whose field names none; the organisation's when left out",
      ),
      ...fileStyle(),
    })
    .refine(({ decimalSeparator, groupSeparator }) => decimalSeparator !== groupSeparator, {
      path: ["groupSeparator"],
      message: "must differ from the decimal separator",
    })
    .refine((mapping) => Buffer.byteLength(JSON.stringify(mapping)) <= MAX_MAPPING_BYTES, "at most 64 KB of JSON"),
);

/** As callers write it. */
export type MappingInput = z.input<typeof MappingSchema>;
export type Mapping = z.output<typeof MappingSchema>;
export type Field = z.output<typeof FieldSchema>;
export type MoneyField = z.output<typeof MoneyFieldSchema>;
export type Surcharge = z.output<typeof SurchargeSchema>;
export type ImagesField = z.output<typeof ImagesSchema>;
