import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { ensureTable } from "../../local/resources/table.ts";

let made = 0;

/** A table for one test that looks at all that is stored: the one of the run holds everybody's, and a scan reads it all. */
export async function ownTable(): Promise<string> {
  const { environment } = inject("cloud");
  Object.assign(process.env, environment);
  const name = `${environment["TABLE_NAME"]}-own-${process.pid}-${made++}`;
  const client = new DynamoDBClient({});
  try {
    await ensureTable(client, name);
  } finally {
    client.destroy();
  }
  return name;
}
