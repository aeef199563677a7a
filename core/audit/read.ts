import { type Context, requirePermission } from "../platform/context.ts";
import { csvLine } from "../platform/csv-writer.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import { type AuditEntry, ExportAuditSchema, ListAuditSchema } from "./entry.ts";
import { entriesBetween, readHead } from "./entry.store.ts";

interface Filters {
  action?: string | undefined;
  actorId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Items that one request reads at most to fill a page. */
const MOST_READ = 2_000;
const PAGE = 500;

/** Newest first. A page may be short while a cursor says that there is more to look through. */
export async function listAudit(ctx: Context, input: unknown): Promise<Page<AuditEntry>> {
  requirePermission(ctx, "audit.read");
  const { limit, cursor, ...filters } = parse(ListAuditSchema, input);
  return pageOf(ctx, { limit, cursor, filters, list: "audit" });
}

export interface AuditFile {
  contentType: string;
  text: string;
  /** Where the next file goes on. */
  nextCursor?: string;
}

const COLUMNS = ["number", "at", "action", "actorKind", "actorId", "address", "requestId", "data", "hash"];

/** The same as a file, newest first. Cells that a spreadsheet would run are made harmless. */
export async function exportAudit(ctx: Context, input: unknown): Promise<AuditFile> {
  requirePermission(ctx, "audit.read");
  const { limit, cursor, format, ...filters } = parse(ExportAuditSchema, input);
  const { items, nextCursor } = await pageOf(ctx, { limit, cursor, filters, list: "audit-export" });
  const next = nextCursor === undefined ? {} : { nextCursor };
  if (format === "jsonl")
    return {
      contentType: "application/x-ndjson",
      text: items.map((item) => `${JSON.stringify(item)}\n`).join(""),
      ...next,
    };
  const rows = items.map(({ number, at, action, actor, address = "", requestId, data, hash }) =>
    csvLine([String(number), at, action, actor.kind, actor.id, address, requestId, JSON.stringify(data), hash]),
  );
  return { contentType: "text/csv; charset=utf-8", text: csvLine(COLUMNS) + rows.join(""), ...next };
}

async function pageOf(
  ctx: Context,
  { limit, cursor, filters, list }: { limit: number; cursor: string | undefined; filters: Filters; list: string },
): Promise<Page<AuditEntry>> {
  const query = { list, ...filters };
  const { organizationId } = ctx.actor;
  const before = cursor === undefined ? undefined : decodeCursor<number>(ctx, query, cursor);
  let to = before === undefined ? (await readHead(ctx, organizationId)).number : before - 1;
  const items: AuditEntry[] = [];
  for (let read = 0; to >= 1 && items.length < limit && read < MOST_READ; ) {
    const found = await entriesBetween(ctx, organizationId, { from: 1, to, limit: PAGE, newestFirst: true });
    for (const entry of found.items) {
      read++;
      to = entry.number - 1;
      if (isAsked(entry, filters)) items.push(entry);
      if (items.length === limit) break;
    }
    if (found.items.length === 0) to = 0;
  }
  return to >= 1 ? { items, nextCursor: encodeCursor(ctx, query, to + 1) } : { items };
}

function isAsked({ action, actor, at }: AuditEntry, filters: Filters): boolean {
  const { action: asked, actorId, from, to } = filters;
  if (asked !== undefined && (asked.endsWith(".") ? !action.startsWith(asked) : action !== asked)) return false;
  if (actorId !== undefined && actor.id !== actorId) return false;
  const time = Date.parse(at);
  return !(from !== undefined && time < Date.parse(from)) && !(to !== undefined && time > Date.parse(to));
}
