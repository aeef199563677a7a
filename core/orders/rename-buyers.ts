import type { Context } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { inParallel } from "../platform/in-parallel.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { ownerOf } from "../platform/reseal.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { BUYER_ENTRY, renamed } from "./buyer.store.ts";
import type { Order } from "./order.ts";
import { openPerson, type Owner } from "./person.ts";

const AT_ONCE = 10;

type Needs = Pick<Context, "config" | "table">;

/**
 * Moves what leads to buyers' orders from names under earlier keys to names under the newest, before an earlier one is
 * forgotten: a name cannot be read, so it is made anew from what its order says. Looks at those of the items that are
 * such. Returns how many stood under an earlier key; with `verifyOnly` they stay there. Again it finds none.
 */
export async function renameBuyers(
  resources: Needs,
  items: readonly Item[],
  { verifyOnly = false } = {},
): Promise<number> {
  let found = 0;
  const entries = items.filter((item) => item["entity"] === BUYER_ENTRY);
  await inParallel(entries, AT_ONCE, async (entry) => {
    const put = await underNewest(resources, entry);
    if (!put) return;
    found++;
    if (!verifyOnly) await move(resources, entry, put);
  });
  return found;
}

async function underNewest({ config, table }: Needs, entry: Item): Promise<(Key & Item) | undefined> {
  const owner: Owner = { config, actor: { organizationId: ownerOf(entry) as OrganizationId } };
  for await (const order of orderAndParts(table, owner, String(entry["orderId"]))) {
    const put = renamed(owner, entry, order);
    if (put) return put;
  }
  return undefined;
}

/** An order whose customer was changed still leads to the parts that say the one before. */
async function* orderAndParts(table: Needs["table"], owner: Owner, id: string): AsyncGenerator<Order> {
  const pk = orgPartition(owner.actor.organizationId, "ORDER");
  const item = await table.get<Item>({ pk, sk: id }, { consistent: true });
  if (!item) return;
  const order = openPerson(owner, item);
  yield order;
  for (const part of order.splitInto ?? []) yield* orderAndParts(table, owner, part);
}

/** STILL_NAMED: an order is erased while its entry is moved. One that is gone by then must not come back under another name. */
async function move({ table }: Needs, entry: Item, put: Key & Item): Promise<void> {
  const remove = { pk: entry["pk"] as PartitionKey, sk: String(entry["sk"]) };
  const writes: Write[] = [{ remove, condition: { expression: "attribute_exists(pk)" } }, { put }];
  try {
    await table.transact(writes);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
  }
}
