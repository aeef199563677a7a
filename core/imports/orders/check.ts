import type { Parsed } from "../../ingest/index.ts";
import type { Fault } from "../../platform/errors.ts";
import { hasTag, withoutTags } from "../../platform/html.ts";
import type { OrderRecord } from "./order-record.ts";

/** Titles and notes are shown as they are, so they hold no tags. */
export async function checkOrder(parsed: Parsed<OrderRecord>): Promise<Parsed<OrderRecord>> {
  const { record } = parsed;
  if (!record || !textsOf(record).some(hasTag)) return parsed;
  const warnings: Fault[] = [...(parsed.warnings ?? [])];
  const clean = async (text: string | undefined, path: string) => {
    if (text === undefined || !hasTag(text)) return text;
    warnings.push({ path, code: "HTML_REMOVED", message: "Tags were removed" });
    return (await withoutTags(text)).text;
  };
  const copy = structuredClone(record);
  const told = copy.meaning === "sale" ? copy.draft : copy.deduction;
  for (const [index, line] of told.lines.entries()) {
    const title = await clean(line.title, `lines.${index}.title`);
    if (title !== undefined) line.title = title;
  }
  if (copy.meaning === "sale") {
    const notes = await clean(copy.draft.notes, "notes");
    if (notes !== undefined) copy.draft.notes = notes;
  } else {
    const reason = await clean(copy.deduction.reason, "notes");
    if (reason !== undefined) copy.deduction.reason = reason;
  }
  return { ...parsed, record: copy, warnings };
}

function textsOf(record: OrderRecord): string[] {
  const { lines } = record.meaning === "sale" ? record.draft : record.deduction;
  const own = record.meaning === "sale" ? record.draft.notes : record.deduction.reason;
  return [...lines.map(({ title = "" }) => title), own ?? ""];
}
