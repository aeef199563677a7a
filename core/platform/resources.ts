import * as z from "zod";
import type { Context } from "./context.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { NotFoundError, VersionConflictError } from "./errors.ts";
import { type Key, orgPartition } from "./keys.ts";
import type { Expression, Item, Write } from "./table.ts";

/** What every stored resource has. `version` rises by one a change and is what If-Match compares. */
export interface Resource {
  id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** An id in a request. Never empty: DynamoDB takes no empty key. */
export const IdSchema = z.lazy(() => z.string().min(1).max(100));

/** Paging as every list has it: at most 100 at once, a cursor to go on. */
export const PageSchema = z.lazy(() =>
  z.object({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(2_000).optional(),
  }),
);

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

const NOT_YET_THERE: Expression = { expression: "attribute_not_exists(pk)" };

/** Two writers read version n; the first makes it n + 1, and the second's condition no longer holds. */
function unchangedSince(version: number): Expression {
  return { expression: "#version = :expected", names: { "#version": "version" }, values: { ":expected": version } };
}

/** Keys and single-item access for resources that live one partition an organisation and kind, newest last. */
export interface ResourceStore<T extends Resource> {
  key(ctx: Context, id: string): Key;
  find(ctx: Context, id: string): Promise<T | undefined>;
  /** Throws NotFoundError, also for another organisation's id: its key cannot even be built. */
  get(ctx: Context, id: string): Promise<T>;
  list(ctx: Context, page: { limit: number; cursor?: string | undefined }): Promise<Page<T>>;
  createWrite(ctx: Context, resource: T): Write;
  /** The resource as it shall be, its version already raised. */
  replaceWrite(ctx: Context, resource: T): Write;
  /** That nobody has changed the resource since it was read, for the transaction of what was decided by it. */
  unchangedCheck(ctx: Context, resource: T): Write;
}

export function resourceStore<T extends Resource>(kind: string, what: string): ResourceStore<T> {
  const entity = kind.toLowerCase().replaceAll("_", "-");
  const key = (ctx: Context, id: string): Key => ({ pk: orgPartition(ctx.actor.organizationId, kind), sk: id });
  const itemOf = (ctx: Context, resource: T): Key & Item => ({
    ...(resource as object),
    ...key(ctx, resource.id),
    entity,
  });

  const store: ResourceStore<T> = {
    key,
    async find(ctx, id) {
      const item = await ctx.table.get<Item>(key(ctx, id), { consistent: true });
      return item && fromItem<T>(item);
    },
    async get(ctx, id) {
      const found = await store.find(ctx, id);
      if (!found) throw new NotFoundError(what, id);
      return found;
    },
    async list(ctx, { limit, cursor }) {
      const query = { list: kind };
      const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
      const { pk } = key(ctx, "");
      const startKey = after === undefined ? {} : { startKey: { pk, sk: after } };
      const page = await ctx.table.query<Item>({
        pk,
        newestFirst: true,
        limit: limit + 1,
        consistent: true,
        ...startKey,
      });
      const items = page.items.slice(0, limit).map((item) => fromItem<T>(item));
      const last = items.at(-1);
      // DynamoDB ends a page at 1 MB as well: fewer than were asked for need not be the last.
      const isMore = page.items.length > limit || page.lastKey !== undefined;
      return isMore && last ? { items, nextCursor: encodeCursor(ctx, query, last.id) } : { items };
    },
    createWrite: (ctx, resource) => ({ put: itemOf(ctx, resource), condition: NOT_YET_THERE }),
    replaceWrite: (ctx, resource) => ({ put: itemOf(ctx, resource), condition: unchangedSince(resource.version - 1) }),
    unchangedCheck: (ctx, { id, version }) => ({ check: key(ctx, id), condition: unchangedSince(version) }),
  };
  return store;
}

const KEYS: ReadonlySet<string> = new Set(["pk", "sk", "entity", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"]);

/** The resource without its keys, and without what `except` names. */
export function fromItem<T extends Resource>(item: Item, except?: ReadonlySet<string>): T {
  const resource: Item = {};
  // A rest pattern takes four times as long: lists come through here a hundred items at a time.
  for (const name of Object.keys(item)) if (!KEYS.has(name) && !except?.has(name)) resource[name] = item[name];
  return resource as unknown as T;
}

/** id, version 1 and both timestamps for a resource that is about to be made. */
export function newResource(ctx: Context, kind: Parameters<Context["newId"]>[0]): Resource {
  const at = new Date(ctx.now()).toISOString();
  return { id: ctx.newId(kind), version: 1, createdAt: at, updatedAt: at };
}

/** The resource changed: version raised, time stamped. Throws VersionConflictError when the caller had read another version. */
export function revise<T extends Resource>(
  ctx: Context,
  what: string,
  current: T,
  changes: Partial<T>,
  expectedVersion?: number,
): T {
  if (expectedVersion !== undefined && expectedVersion !== current.version) {
    throw new VersionConflictError(what, current.id, expectedVersion, current.version);
  }
  const revised = {
    ...current,
    ...changes,
    version: current.version + 1,
    updatedAt: new Date(ctx.now()).toISOString(),
  };
  for (const [name, value] of Object.entries(revised))
    if (value === null || value === undefined) delete revised[name as keyof T];
  return revised;
}
