import type { Context } from "../platform/context.ts";
import { readAside } from "./aside.store.ts";
import type { Batch } from "./batch.ts";
import type { Scan, WorkParts } from "./parts.ts";
import type { Parsed, SourceState } from "./record.ts";
import { objectKeyOf } from "./scan.ts";

/**
 * The batch's records from where `state` stands: rows of the file as they come, those of one group together, then what was
 * set aside. `state` is moved behind a record before it is handed out.
 */
export async function* recordsOf<Row, Rec>(
  ctx: Context,
  { batch, scan, parts, state }: { batch: Batch; scan: Scan; parts: WorkParts<Row, Rec>; state: SourceState },
): AsyncGenerator<Parsed<Rec>> {
  if (state.aside === undefined) {
    yield* ofFile(ctx, { batch, scan, parts, state });
    if (!scan.groups.hasAside) return;
    state.aside = "";
  }
  for await (const { place, rows } of readAside<Row>(ctx, batch, state.aside)) {
    state.aside = place;
    yield parts.assemble(rows, scan);
  }
}

async function* ofFile<Row, Rec>(
  ctx: Context,
  { batch, scan, parts, state }: { batch: Batch; scan: Scan; parts: WorkParts<Row, Rec>; state: SourceState },
): AsyncGenerator<Parsed<Rec>> {
  const { groups } = scan;
  const bytes = await ctx.objects.read(objectKeyOf(batch), state.offset);
  try {
    if (groups.size === 0) {
      for await (const row of parts.read(bytes, state)) yield parts.assemble([row], scan);
      return;
    }
    // A group is complete when another row follows it, so the reader is a row ahead of what was handed out.
    const reader: SourceState = { ...state };
    let held: Parsed<Row>[] = [];
    let behind = reader;
    for await (const row of parts.read(bytes, reader)) {
      const [first] = held;
      if (first && first.group?.key !== row.group?.key) {
        Object.assign(state, behind);
        yield parts.assemble(held, scan);
        held = [];
      }
      if (row.group && groups.isTooLarge(row.group)) {
        Object.assign(state, reader);
        const { rows, raw } = row;
        yield { rows, raw, faults: [TOO_LARGE] };
      } else if (row.group === undefined) {
        Object.assign(state, reader);
        yield parts.assemble([row], scan);
      } else if (groups.placeOf(row.group) === undefined) {
        held.push(row);
        behind = { ...reader };
      }
    }
    Object.assign(state, reader);
    if (held.length > 0) yield parts.assemble(held, scan);
  } finally {
    bytes.destroy();
  }
}

const TOO_LARGE = {
  path: "",
  code: "GROUP_TOO_LARGE",
  message: "More rows belong together than are taken as one: at most 4,000 of ordinary length",
};
