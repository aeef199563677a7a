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

/** Brings everything under the newest key, and the names of buyers, which follow from SECRET_KEY. What is counted in the end is what the last look found. */
export async function rotate(
  resources: Resources,
  pages: () => AsyncIterable<readonly Item[]>,
  { verifyOnly = false } = {},
): Promise<Resealed> {
  let resealed = 0;
  for (let round = verifyOnly ? ROUNDS : 0; round < ROUNDS; round++) {
    const found = await reseal(resources, pages(), SEALED);
    resealed += found.resealed;
    if (found.resealed + found.changed === 0) break;
  }
  if (!verifyOnly && resources.config.previousSecretKeys.length > 0)
    for await (const items of pages()) await Orders.nameBuyersAnew(resources, items);
  return { ...(await reseal(resources, pages(), SEALED, { verifyOnly: true })), resealed };
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
