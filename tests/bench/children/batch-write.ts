import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { serve, spent, type Spent } from "../support/serve.ts";
import type { Tenant } from "./import.ts";

const TableName = process.env["TABLE_NAME"] ?? "";
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }), {
  marshallOptions: { removeUndefinedValues: true },
});

type Item = Record<string, unknown>;
let items: Item[] = [];
let organization = "";

/** Reads what an import left in the table: each row's product, its SKU guard and, of a feed, its offer. */
async function load({ organizationId, supplierId, offers }: Tenant & { offers: boolean }): Promise<number> {
  organization = organizationId;
  const kinds: Item[][] = [
    await partition(`${organizationId}#PRODUCT`, "prd_"),
    await partition(`${organizationId}#SKU`, ""),
    ...(offers ? [await partition(`${organizationId}#OFFER#${supplierId}`, "")] : []),
  ];
  const [products = []] = kinds;
  items = products.flatMap((_, row) => kinds.flatMap((kind) => kind.slice(row, row + 1)));
  return items.length;
}

async function partition(pk: string, from: string): Promise<Item[]> {
  const found: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: from === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :from)",
        ExpressionAttributeValues: { ":pk": pk, ...(from === "" ? {} : { ":from": from }) },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    found.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

/** The same items for an organisation that has none yet. */
function itemsOf(to: string): Item[] {
  return items.map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        typeof value === "string" ? value.replace(organization, to) : value,
      ]),
    ),
  );
}

/** BatchWriteItem, 25 a call, one call after the other as the import's own. */
async function batchWrite({ to }: { to: string }): Promise<Spent> {
  const moved = itemsOf(to);
  return spent(async () => {
    for (let start = 0; start < moved.length; start += 25) {
      let pending = moved.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
      while (pending.length > 0) {
        const answer = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: pending } }));
        pending = (answer.UnprocessedItems?.[TableName] ?? []) as typeof pending;
      }
    }
  });
}

/** TransactWriteItems without a condition, 100 a call: what an emulator on one file does fastest. */
async function transactWrite({ to }: { to: string }): Promise<Spent> {
  const moved = itemsOf(to);
  return spent(async () => {
    for (let start = 0; start < moved.length; start += 100) {
      const TransactItems = moved.slice(start, start + 100).map((Item) => ({ Put: { TableName, Item } }));
      await documents.send(new TransactWriteCommand({ TransactItems }));
    }
  });
}

serve({ load, batchWrite, transactWrite });
