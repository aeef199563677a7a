import type { Context } from "../platform/context.ts";
import { orgPartition, type Key } from "../platform/keys.ts";
import type { Expression, Item, Write } from "../platform/table.ts";

/** Something kept by a name of its own, changed by one writer at a time. */
export interface Kept {
  version: number;
}

/** What reading takes of a context. */
export interface Tenant {
  table: Context["table"];
  actor: Pick<Context["actor"], "organizationId">;
}

export interface RecordStore<T extends Kept> {
  find(ctx: Tenant, name: string): Promise<T | undefined>;
  /** All whose name begins so, in the order of their names; for what is few. */
  all(ctx: Tenant, prefix?: string): Promise<T[]>;
  /** The record as it shall be; holds only while it is as it was read: `before`, or not there. */
  write(ctx: Context, name: string, before: T | undefined, after: Omit<T, "version">): Extract<Write, { put: Key }>;
  /** What `write` makes of it. */
  next(before: T | undefined, after: Omit<T, "version">): T;
  partition(ctx: Pick<Tenant, "actor">): Key["pk"];
}

const AT_MOST = 100;

export function recordStore<T extends Kept>(kind: string): RecordStore<T> {
  const entity = kind.toLowerCase().replaceAll("_", "-");
  const partition = (ctx: Pick<Tenant, "actor">) => orgPartition(ctx.actor.organizationId, kind);
  const next = (before: T | undefined, after: Omit<T, "version">) =>
    ({ ...after, version: (before?.version ?? 0) + 1 }) as T;
  return {
    partition,
    next,
    async find(ctx, name) {
      const item = await ctx.table.get<Item>({ pk: partition(ctx), sk: name }, { consistent: true });
      return item && recordOf<T>(item);
    },
    async all(ctx, prefix) {
      const page = await ctx.table.query<Item>({
        pk: partition(ctx),
        limit: AT_MOST,
        consistent: true,
        ...(prefix === undefined ? {} : { prefix }),
      });
      return page.items.map((item) => recordOf<T>(item));
    },
    write: (ctx, name, before, after) => ({
      put: { pk: partition(ctx), sk: name, entity, ...(next(before, after) as object) },
      condition: unchanged(before),
    }),
  };
}

const unchanged = (before: Kept | undefined): Expression =>
  before === undefined
    ? { expression: "attribute_not_exists(pk)" }
    : { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": before.version } };

export function recordOf<T>(item: Item): T {
  const { pk: _pk, sk: _sk, entity: _entity, ...record } = item;
  return record as T;
}
