import * as Catalog from "../../catalog/index.ts";
import { type Context, requirePermission } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { type DueWork, dueRemoval, dueWrite } from "../../platform/due.ts";
import { outboxWrite } from "../../platform/events.ts";
import { idempotent } from "../../platform/idempotency.ts";
import { parse } from "../../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../../platform/resources.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { MAIN_LOCATION } from "../location.ts";
import { requireLocations } from "../locations.ts";
import { applyLine, type LineOfCount, previewLine } from "./apply-line.ts";
import {
  checkLines,
  type Count,
  type CountLine,
  type CountReport,
  type CountVerdict,
  CreateCountSchema,
  summarize,
} from "./count.ts";
import { counts, linesWrites, readWork } from "./count.store.ts";

/** The kind of the due item by which a count goes on whose process died. */
export const COUNT_DUE = "count";
const GOES_ON_AFTER_MS = 60_000;
/** A gateway waits half a minute for an answer: what is left by then is the sweep's. */
const WORK_MS = 20_000;
/** Lines of different products that are applied side by side. */
const AT_ONCE = 8;

/**
 * Brings many stock items to what was counted, line by line, and answers with the variance report. A line that cannot be
 * applied, because reserved units would be missing for instance, is refused and holds up no other. The count is kept
 * first: whoever dies on the way, or takes too long, is followed by a repeat of the request, or by the sweep; the report
 * is of an open count then. Throws NOT_FOUND (location).
 */
export async function createCount(ctx: Context, input: unknown): Promise<CountReport> {
  requirePermission(ctx, "inventory.adjust");
  const { locationId = MAIN_LOCATION, lines, notes, preview } = parse(CreateCountSchema, input);
  checkLines(lines);
  await requireLocations(ctx, [locationId]);
  const made = { ...newResource(ctx, "count"), locationId, lineCount: lines.length, ...defined({ notes }) };
  if (preview) {
    const { id: _id, version: _version, ...facts } = made;
    const verdicts = await eachLine(linesOf({ ...made, status: "open" }, lines), (line) => previewLine(ctx, line));
    return { ...facts, status: "preview", summary: summarize(verdicts), lines: await withNames(ctx, verdicts) };
  }
  const { id } = await idempotent<{ id: string }>(ctx, "inventory.createCount", input, (commit) => {
    const count: Count = { ...made, status: "open" };
    const event = outboxWrite(ctx, "count.created", { id: count.id, lines: lines.length });
    const writes = [counts.createWrite(ctx, count), ...linesWrites(ctx, count.id, lines), dueWrite(ctx, dueOf(count))];
    return commit([...writes, event], { id: count.id });
  });
  return goOn(ctx, await counts.get(ctx, id));
}

/** The variance report; of an open count what has been decided so far. Throws NOT_FOUND. */
export async function getCount(ctx: Context, id: string): Promise<CountReport> {
  requirePermission(ctx, "inventory.read");
  const [count, { verdicts }] = await Promise.all([counts.get(ctx, id), readWork(ctx, id)]);
  return reportOf(ctx, count, verdicts);
}

/** Newest first, without their lines. */
export async function listCounts(ctx: Context, input: unknown): Promise<Page<Count>> {
  requirePermission(ctx, "inventory.read");
  return counts.list(ctx, parse(PageSchema, input));
}

/** Takes a count up again whose process died. */
export const resumeCount: DueWork = async (ctx, { id }) => {
  const count = await counts.get(ctx, id);
  if (count.status === "finished") return false;
  return (await goOn(ctx, count)).status === "finished";
};

/** Decides the lines that have no verdict yet; closes the count when that were all. */
async function goOn(ctx: Context, count: Count): Promise<CountReport> {
  const { lines, verdicts } = await readWork(ctx, count.id);
  if (count.status === "finished") return reportOf(ctx, count, verdicts);
  const decided = new Set(verdicts.map(({ line }) => line));
  const left = linesOf(count, lines).filter(({ line }) => !decided.has(line));
  const until = ctx.now() + WORK_MS;
  const all = [
    ...verdicts,
    ...(await eachLine(
      left,
      (line) => applyLine(ctx, line),
      () => ctx.now() >= until,
    )),
  ];
  return reportOf(ctx, all.length < count.lineCount ? count : await close(ctx, count, all), all);
}

async function close(ctx: Context, count: Count, verdicts: CountVerdict[]): Promise<Count> {
  const summary = summarize(verdicts);
  const finished = revise(ctx, "Count", count, { status: "finished", summary });
  const { matched, corrected, refused } = summary;
  try {
    await ctx.table.transact([
      counts.replaceWrite(ctx, finished),
      dueRemoval(ctx, dueOf(count)),
      outboxWrite(ctx, "count.finished", { id: count.id, matched, corrected, refused }),
    ]);
    return finished;
  } catch (error) {
    // Another process closed it: the verdicts are the same ones.
    if (error instanceof TransactionCanceled && error.failedAt(0)) return counts.get(ctx, count.id);
    throw error;
  }
}

const dueOf = ({ id, createdAt }: Count) => ({
  kind: COUNT_DUE,
  id,
  dueAt: new Date(Date.parse(createdAt) + GOES_ON_AFTER_MS).toISOString(),
});

function linesOf({ id, locationId, notes }: Count, lines: readonly CountLine[]): LineOfCount[] {
  return lines.map((line, index) => ({ ...line, countId: id, locationId, line: index, notes }));
}

/** Lines of one product one after the other, since they change the same stock item; products side by side. */
async function eachLine(
  lines: LineOfCount[],
  run: (line: LineOfCount) => Promise<CountVerdict>,
  isTimeUp: () => boolean = () => false,
): Promise<CountVerdict[]> {
  const products = [...Map.groupBy(lines, ({ productId }) => productId).values()];
  const verdicts: CountVerdict[] = [];
  const work = async () => {
    for (let group = products.shift(); group; group = products.shift())
      for (const line of group) if (!isTimeUp()) verdicts.push(await run(line));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return verdicts;
}

async function reportOf(ctx: Context, count: Count, verdicts: CountVerdict[]): Promise<CountReport> {
  return { ...count, summary: count.summary ?? summarize(verdicts), lines: await withNames(ctx, verdicts) };
}

async function withNames(ctx: Context, verdicts: readonly CountVerdict[]): Promise<CountReport["lines"]> {
  const products = await Catalog.findProducts(ctx, new Set(verdicts.map(({ productId }) => productId)));
  return verdicts
    .toSorted((a, b) => a.line - b.line)
    .map((verdict) => {
      const product = products.get(verdict.productId);
      return product ? { ...verdict, sku: product.sku, name: product.name } : verdict;
    });
}
