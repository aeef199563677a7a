import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { canonicalJson } from "../../../core/platform/canonical.ts";
import type { Item } from "../../../core/platform/table.ts";
import type { Harness } from "../harness.ts";

export const ID = /\b[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}\b/g;

/** Everything that is stored of an organisation, looked at behind the API: one text an item, in order. */
export async function everythingOf({ ctx, organization }: Harness): Promise<string[]> {
  const client = new DynamoDBClient({});
  const items: Item[] = [];
  try {
    const pages = paginateScan(
      { client: DynamoDBDocumentClient.from(client) },
      {
        TableName: ctx.config.tableName,
        ConsistentRead: true,
        FilterExpression: "begins_with(pk, :id) OR organizationId = :id",
        ExpressionAttributeValues: { ":id": organization.id },
      },
    );
    for await (const page of pages) items.push(...(page.Items ?? []));
  } finally {
    client.destroy();
  }
  return items.map((item) => canonicalJson(item)).toSorted();
}

/** One id of each kind that is stored of an organisation, by its prefix (`prd`, `ord` …). */
export async function idsOf(shop: Harness): Promise<Map<string, string>> {
  const all = (await everythingOf(shop)).join("\n").match(ID) ?? [];
  const byKind = Map.groupBy(new Set(all), (id) => id.slice(0, 3));
  return new Map([...byKind].map(([kind, [first = ""]]): [string, string] => [kind, first]));
}

export const isId = (text: string) => text.match(ID)?.[0] === text;

/** An id of the same kind, or a text of the same form, that nobody has. */
export const nobodys = (id: string) => (isId(id) ? `${id.slice(0, 4)}0${"Z".repeat(25)}` : `${id}0`);
