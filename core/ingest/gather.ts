import type { Context } from "../platform/context.ts";
import { type Aside, setAside } from "./aside.store.ts";
import type { Batch } from "./batch.ts";
import type { Groups } from "./groups.ts";
import type { Reading } from "./parts.ts";
import type { Parsed, SourceState } from "./record.ts";
import { objectKeyOf } from "./scan.ts";

/** Rows a page, and characters of what is set aside. */
const PAGE_ROWS = 2_000;
const PAGE_CHARACTERS = 4_000_000;

export interface GatheredPage {
  state: SourceState;
  page: number;
}

/**
 * Sets aside what cannot be worked where it stands: the rows of groups that are scattered over the file, and groups that
 * refer to others. A page is yielded when it is written and before it is committed.
 */
export async function* gatherPages<Row>(
  ctx: Context,
  { batch, reading, groups }: { batch: Batch; reading: Reading<Row>; groups: Groups },
): AsyncGenerator<GatheredPage> {
  const bytes = await ctx.objects.read(objectKeyOf(batch), batch.state.offset);
  const state: SourceState = { ...batch.state };
  let { page } = batch;
  let held = new Map<string, Parsed<Row>[]>();
  let rows = 0;
  let characters = 0;
  const write = async (): Promise<GatheredPage> => {
    const asides: Aside<Row>[] = [...held].map(([place, group]) => ({ place, rows: group }));
    if (asides.length > 0) await setAside(ctx, batch, page, asides);
    held = new Map();
    rows = characters = 0;
    return { state: { ...state }, page: ++page };
  };
  try {
    for await (const parsed of reading.read(bytes, state)) {
      rows++;
      const place = parsed.group && groups.placeOf(parsed.group);
      if (place !== undefined) {
        const group = held.get(place) ?? [];
        group.push(parsed);
        held.set(place, group);
        for (const cells of parsed.raw) for (const cell of cells) characters += cell.length;
      }
      if (rows >= PAGE_ROWS || characters >= PAGE_CHARACTERS) yield await write();
    }
    if (rows > 0) yield await write();
  } finally {
    bytes.destroy();
  }
}
