import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import { resourceStore } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Provider } from "./effects.ts";
import type { Source } from "./source.ts";

export const sources = resourceStore<Source>("WEBHOOK_SOURCE", "Webhook source");

export interface SealedSecret {
  /** Credentials as JSON, sealed about this source of this organisation. */
  sealed: string;
  /** Milliseconds since the epoch; absent for the one that is current. */
  expiresAtMs?: number;
}

/** What a delivery needs to know of its source before it is known whose it is; beside the source, under its id alone. */
export interface Door {
  provider: Provider;
  organizationId: OrganizationId;
  currency: string;
  endpoint?: string;
  /** Newest first. */
  secrets: SealedSecret[];
}

const doorKey = (id: string): Key => ({ pk: globalPartition("INBOUND", `SOURCE#${id}`), sk: "DOOR" });

export async function findDoor({ table }: Pick<Resources, "table">, id: string): Promise<Door | undefined> {
  const item = await table.get<Item>(doorKey(id), { consistent: true });
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, entity: _entity, ...door } = item;
  return door as unknown as Door;
}

export const doorWrite = (id: string, door: Door): Write => ({
  put: { ...doorKey(id), entity: "webhook-door", ...door },
});

export function removeWrites(ctx: Context, source: Source): Write[] {
  return [{ remove: sources.key(ctx, source.id), condition: unchanged(source) }, { remove: doorKey(source.id) }];
}

const unchanged = ({ version }: Source) => ({
  expression: "#version = :expected",
  names: { "#version": "version" },
  values: { ":expected": version },
});
