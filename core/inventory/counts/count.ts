import * as z from "zod";
import { type ErrorCode, type Fault, ValidationError } from "../../platform/errors.ts";
import { type Money, toWire } from "../../platform/money.ts";
import { IdSchema, type Page, type Resource } from "../../platform/resources.ts";
import { MAX_UNITS } from "../adjustment.ts";

/** What one request applies, and answers, within the time that a request has. */
const MOST_LINES = 500;

export const CreateCountSchema = z.lazy(() =>
  z.strictObject({
    locationId: IdSchema.optional().describe("Where it was counted: the main location where absent"),
    lines: z
      .array(
        z.strictObject({
          productId: IdSchema,
          lotNumber: z.string().trim().min(1).max(100).optional().describe("Only lots of this number were counted"),
          counted: z.int().min(0).max(MAX_UNITS).describe("Units that are really there"),
        }),
      )
      .min(1)
      .max(MOST_LINES),
    notes: z.string().trim().max(500).optional(),
    preview: z.boolean().default(false).describe("Says what would come of it, and changes and keeps nothing"),
  }),
);

export interface CountLine {
  productId: string;
  lotNumber?: string | undefined;
  counted: number;
}

/** A count of many stock items at a location, each line applied by itself. */
export interface Count extends Resource {
  locationId: string;
  notes?: string;
  /** `open` until every line has its verdict. */
  status: "open" | "finished";
  lineCount: number;
  summary?: CountSummary;
}

export interface CountVerdict {
  /** Place in the request, from 0. */
  line: number;
  productId: string;
  lotNumber?: string;
  counted: number;
  verdict: "matched" | "corrected" | "refused";
  expected?: number;
  /** Counted less expected; of a refused line it stands. */
  difference?: number;
  /** Of the units that were found or missing, with the difference's sign. */
  costChange?: Money;
  error?: { code: ErrorCode; message: string; details?: unknown };
}

export interface CountSummary {
  matched: number;
  corrected: number;
  refused: number;
  /** Units over the lines that were applied. */
  expected: number;
  counted: number;
  found: number;
  missing: number;
  /** What was found and missing cost together, one a currency. */
  costChanges: Money[];
}

/** Throws VALIDATION_ERROR where lines would count the same units twice. */
export function checkLines(lines: readonly CountLine[]): void {
  const seen = new Map<string, Map<string | undefined, number>>();
  const faults = lines.flatMap(({ productId, lotNumber }, index): Fault[] => {
    const others = seen.get(productId) ?? new Map<string | undefined, number>();
    const twin = others.get(lotNumber) ?? (lotNumber === undefined ? [...others.values()][0] : others.get(undefined));
    seen.set(productId, others.set(lotNumber, index));
    if (twin === undefined) return [];
    const message = `counts units that line ${twin} counts too: a product is counted once, or each of its lot numbers once`;
    return [{ path: `lines.${index}.productId`, code: "COUNTED_TWICE", message }];
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

export function summarize(verdicts: readonly CountVerdict[]): CountSummary {
  const ofKind = (kind: CountVerdict["verdict"]) => verdicts.filter(({ verdict }) => verdict === kind);
  const applied = verdicts.filter(({ verdict }) => verdict !== "refused");
  const sum = (of: (verdict: CountVerdict) => number) => applied.reduce((total, one) => total + of(one), 0);
  const costs = new Map<string, number>();
  for (const { costChange } of applied)
    if (costChange) costs.set(costChange.currency, (costs.get(costChange.currency) ?? 0) + costChange.minor);
  return {
    matched: ofKind("matched").length,
    corrected: ofKind("corrected").length,
    refused: ofKind("refused").length,
    expected: sum(({ expected = 0 }) => expected),
    counted: sum(({ counted }) => counted),
    found: sum(({ difference = 0 }) => Math.max(0, difference)),
    missing: sum(({ difference = 0 }) => Math.max(0, -difference)),
    costChanges: [...costs].map(([currency, minor]) => ({ minor, currency })),
  };
}

/** A count with every verdict: the variance report. */
export interface CountReport extends Omit<Count, "id" | "version" | "status" | "summary"> {
  /** Absent in a preview, which is not kept. */
  id?: string;
  version?: number;
  status: Count["status"] | "preview";
  summary: CountSummary;
  lines: (CountVerdict & { sku?: string; name?: string })[];
}

function viewSummary({ costChanges, ...summary }: CountSummary) {
  return { ...summary, costChanges: costChanges.map(toWire) };
}

export function viewCountReport({ lines, summary, ...count }: CountReport) {
  return {
    ...count,
    summary: viewSummary(summary),
    lines: lines.map(({ costChange, ...line }) => (costChange ? { ...line, costChange: toWire(costChange) } : line)),
  };
}

export function viewCountPage({ items, ...page }: Page<Count>) {
  return {
    items: items.map(({ summary, ...count }) => (summary ? { ...count, summary: viewSummary(summary) } : count)),
    ...page,
  };
}
