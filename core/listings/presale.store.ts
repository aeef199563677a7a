import type { Context } from "../platform/context.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import type { Item, Table, Write } from "../platform/table.ts";
import type { Listing } from "./listing.ts";

const PRESALES = globalPartition("SCHEDULE", "PRESALE");
const presaleKey = (organizationId: string, id: string): Key => ({ pk: PRESALES, sk: `${organizationId}#${id}` });

/** A presale's place among those of every organisation, for the sweep that looks whose day has come; or its removal. */
export function presaleWrite(ctx: Context, { id, presale }: Pick<Listing, "id" | "presale">): Write {
  const { organizationId, currency } = ctx.actor;
  const key = presaleKey(organizationId, id);
  if (!presale) return { remove: key };
  const { availableFrom } = presale;
  return { put: { ...key, entity: "presale", organizationId, currency, listingId: id, availableFrom } };
}

export interface DuePresale extends Item {
  organizationId: string;
  currency: string;
  listingId: string;
}

/** `at` is RFC 3339 UTC, as the dates are: they compare as text. */
export async function duePresales(table: Table, at: string): Promise<DuePresale[]> {
  const due: DuePresale[] = [];
  let startKey: Item | undefined;
  do {
    const page = await table.query<DuePresale>({
      pk: PRESALES,
      consistent: true,
      filter: { expression: "availableFrom <= :at", values: { ":at": at } },
      ...(startKey ? { startKey } : {}),
    });
    due.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return due;
}
