import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as Accounts from "../core/accounts/index.ts";
import * as Channels from "../core/channels/index.ts";
import * as Inbound from "../core/inbound/index.ts";
import * as Orders from "../core/orders/index.ts";
import * as Outbound from "../core/outbound/index.ts";
import type { Resources } from "../core/platform/context.ts";
import { reseal, type Resealed, type SealedIn } from "../core/platform/reseal.ts";
import type { Item } from "../core/platform/table.ts";
import * as Privacy from "../core/privacy/index.ts";
import * as Purchasing from "../core/purchasing/index.ts";

/** Where each noun says that it keeps sealed texts. */
const SEALED: SealedIn = {
  ...Accounts.SEALED,
  ...Channels.SEALED,
  ...Inbound.SEALED,
  ...Orders.SEALED,
  ...Outbound.SEALED,
  ...Privacy.SEALED,
  ...Purchasing.SEALED,
};

/** What is written with an old text while it is looked through is met by the next round. */
const ROUNDS = 3;

export interface Rotated extends Resealed {
  /** What leads to buyers' orders by names that follow from SECRET_KEY, and was moved to such of the newest. */
  renamed: number;
}

/** Brings everything under the newest key. What is counted in the end is what the last look found. */
export async function rotate(
  resources: Resources,
  pages: () => AsyncIterable<readonly Item[]>,
  { verifyOnly = false } = {},
): Promise<Rotated> {
  let resealed = 0;
  for (let round = verifyOnly ? ROUNDS : 0; round < ROUNDS; round++) {
    const found = await reseal(resources, pages(), SEALED);
    resealed += found.resealed;
    if (found.resealed + found.changed === 0) break;
  }
  const renamed = verifyOnly ? 0 : await renameBuyers(resources, pages());
  const found = await reseal(resources, pages(), SEALED, { verifyOnly: true });
  const buyers = await renameBuyers(resources, pages(), { verifyOnly: true });
  const left = buyers === 0 ? found.left : { ...found.left, buyer: buyers };
  return { ...found, left, resealed, renamed };
}

async function renameBuyers(
  resources: Resources,
  pages: AsyncIterable<readonly Item[]>,
  options: { verifyOnly?: boolean } = {},
): Promise<number> {
  let found = 0;
  if (resources.config.previousSecretKeys.length === 0) return found;
  for await (const items of pages) found += await Orders.renameBuyers(resources, items, options);
  return found;
}

/** Everything in the table, which no request ever reads so. */
export async function* everyItem(client: DynamoDBClient, tableName: string): AsyncGenerator<Item[]> {
  let startKey: ScanCommandOutput["LastEvaluatedKey"];
  do {
    const from = startKey ? { ExclusiveStartKey: startKey } : {};
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...from }),
    );
    yield (page.Items ?? []).map((item) => unmarshall(item));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}
