import { BUILT_IN, type FeeTable, readRules } from "./fee-table.ts";

interface BuiltIn {
  channel: string;
  effectiveFrom: string;
  source: string;
  note?: string;
  rules: object[];
}

const amounts = (text: string) =>
  text.split(", ").map((each) => {
    const [amount = "", currency = ""] = each.split(" ");
    return { amount, currency };
  });

/** StockX's least transaction fee, as its help page listed it in 2024. The dollar's was not legible there and is general knowledge. */
const STOCKX_MINIMUM = amounts(
  "5.00 USD, 7.50 AUD, 7.00 CAD, 45.00 HKD, 800 JPY, 100.00 MXN, 16.00 NZD, 7.00 SGD, 7500 KRW, 4.50 CHF",
);

/** A transaction fee by seller level 1 to 5, level 1 where nobody says, and 3 % for the payment. */
function stockx(rates: [string, string, string, string, string]): object[] {
  const byLevel = rates.slice(1).map((rate, index) => ({
    kind: "transaction",
    rate,
    minimum: STOCKX_MINIMUM,
    levelFrom: index + 2,
    levelTo: index + 2,
  }));
  const [first] = rates;
  return [
    ...byLevel,
    { kind: "transaction", rate: first, minimum: STOCKX_MINIMUM },
    { kind: "processing", rate: "0.03" },
  ];
}

/**
 * What channels keep, as far as it is published: where, and when it was read. Vendors change these; a table of the
 * organisation's own takes the place of all of a channel's from its date on.
 */
const TABLES: BuiltIn[] = [
  {
    channel: "stockx",
    effectiveFrom: "2016-01-01T00:00:00.000Z",
    source: "The Seller Program's announcement of 2021-07-12 names the half percent by which it raised these",
    note: "By the levels 1 to 4 of that time",
    rules: stockx(["0.095", "0.09", "0.085", "0.08", "0.08"]),
  },
  {
    channel: "stockx",
    effectiveFrom: "2021-08-01T00:00:00.000Z",
    source: "StockX: The Seller Program is here, 2021-07-12",
    rules: stockx(["0.1", "0.095", "0.09", "0.085", "0.08"]),
  },
  {
    channel: "stockx",
    effectiveFrom: "2023-07-01T00:00:00.000Z",
    source: "StockX help, What are StockX's fees for sellers; press of 2023-06",
    note: "Without bonuses for quick and successful shipping; watches and handbags have rates of their own",
    rules: stockx(["0.09", "0.085", "0.08", "0.075", "0.07"]),
  },
  {
    channel: "alias",
    effectiveFrom: "2016-01-01T00:00:00.000Z",
    source: "A third party's fee reference, August 2025; Alias publishes none. Check it against your account",
    note: "By seller rating, 90 where nobody says. Without the seller fee of 0 to 30 USD by country: add your own",
    rules: [
      { kind: "commission", rate: "0.124", countries: ["CA"] },
      { kind: "commission", rate: "0.25", levelTo: 49 },
      { kind: "commission", rate: "0.2", levelFrom: 50, levelTo: 69 },
      { kind: "commission", rate: "0.15", levelFrom: 70, levelTo: 89 },
      { kind: "commission", rate: "0.095" },
      { kind: "crossBorder", rate: "0.006", crossBorder: true },
      { kind: "cashOut", rate: "0.029", base: "proceeds" },
    ],
  },
  {
    channel: "ebay",
    effectiveFrom: "2023-02-15T00:00:00.000Z",
    source: "eBay, Winter Seller Update 2023: most categories on ebay.com, without a store",
    note: "To be configured: fees differ by category, store and site",
    rules: [{ kind: "finalValue", base: "total", rate: "0.1325", fixed: amounts("0.30 USD") }],
  },
  {
    channel: "ebay",
    effectiveFrom: "2024-03-15T00:00:00.000Z",
    source: "eBay, Winter Seller Update 2024: 0.40 an order over 10 USD; up to that 0.30, which is not told apart here",
    note: "To be configured: fees differ by category, store and site",
    rules: [{ kind: "finalValue", base: "total", rate: "0.1325", fixed: amounts("0.40 USD") }],
  },
  {
    channel: "shopify",
    effectiveFrom: "2016-01-01T00:00:00.000Z",
    source: "General knowledge: online card rate of the basic plan in the United States",
    note: "To be configured: the rate is your plan's and your payment provider's",
    rules: [{ kind: "payment", base: "total", rate: "0.029", fixed: amounts("0.30 USD") }],
  },
  ...["shop", "file", "manual"].map((channel) => ({
    channel,
    effectiveFrom: "1970-01-01T00:00:00.000Z",
    source: "No channel takes a part",
    rules: [],
  })),
];

let tables: FeeTable[] | undefined;

/** Oldest first within a channel. */
export function builtInTables(): FeeTable[] {
  tables ??= TABLES.map(({ rules, ...table }) => ({ id: BUILT_IN, ...table, rules: readRules(rules) }));
  return tables;
}

/** The one in force at a time; a channel's first one before that. Undefined for a channel that none is known of. */
export function builtInTable(channel: string, at: string): FeeTable | undefined {
  const ofChannel = builtInTables().filter((table) => table.channel === channel);
  return ofChannel.findLast(({ effectiveFrom }) => effectiveFrom <= at) ?? ofChannel[0];
}
