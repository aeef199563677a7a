import type { Context } from "../../platform/context.ts";
import { orgPartition, type PartitionKey } from "../../platform/keys.ts";
import { resourceStore } from "../../platform/resources.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { Count, CountLine, CountVerdict } from "./count.ts";

export const counts = resourceStore<Count>("COUNT", "Count");

/** A count's lines, many to an item, and a verdict for each: read together in a few pages. */
function workPartition(ctx: Context, countId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "COUNT", countId);
}

const LINES_AN_ITEM = 100;
const numbered = (number: number) => String(number).padStart(5, "0");

export function linesWrites(ctx: Context, countId: string, lines: readonly CountLine[]): Write[] {
  const pk = workPartition(ctx, countId);
  return Array.from({ length: Math.ceil(lines.length / LINES_AN_ITEM) }, (_, index): Write => {
    const start = index * LINES_AN_ITEM;
    const part = lines.slice(start, start + LINES_AN_ITEM);
    return { put: { pk, sk: `LINES#${numbered(start)}`, entity: "count-lines", lines: part } };
  });
}

/**
 * NOT_DECIDED: two processes apply one count, or one goes on where another died. The verdict is written in the
 * transaction that moves the line's units, so a line is applied once.
 */
export function verdictWrite(ctx: Context, countId: string, verdict: CountVerdict): Write & { put: Item } {
  const key = { pk: workPartition(ctx, countId), sk: `VERDICT#${numbered(verdict.line)}` };
  return {
    put: { ...verdict, ...key, entity: "count-verdict" },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

export function verdictOf(item: Item): CountVerdict {
  const { pk: _pk, sk: _sk, entity: _entity, ...verdict } = item;
  return verdict as unknown as CountVerdict;
}

/** Lines and verdicts in the lines' order; a count has a bounded number of both. */
export async function readWork(
  ctx: Context,
  countId: string,
): Promise<{ lines: CountLine[]; verdicts: CountVerdict[] }> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk: workPartition(ctx, countId),
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    items.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return {
    lines: items.flatMap((item) => (item["entity"] === "count-lines" ? (item["lines"] as CountLine[]) : [])),
    verdicts: items.filter((item) => item["entity"] === "count-verdict").map(verdictOf),
  };
}
