import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { TABLE } from "../../stacks/definitions.ts";

interface Keys {
  hashKey: string;
  rangeKey: string;
}

const INDEXES: [string, Keys][] = Object.entries(TABLE.indexes);
const STREAM = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;
const WAIT_SECONDS = 60;

const attributes: AttributeDefinition[] = [TABLE, ...Object.values(TABLE.indexes)]
  .flatMap(({ hashKey, rangeKey }) => [hashKey, rangeKey])
  .map((name) => ({ AttributeName: name, AttributeType: "S" }));

function keySchema({ hashKey, rangeKey }: Keys): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    { AttributeName: rangeKey, KeyType: "RANGE" },
  ];
}

function index([name, keys]: [string, Keys]) {
  return { IndexName: name, KeySchema: keySchema(keys), Projection: { ProjectionType: "ALL" as const } };
}

/** Makes the table as defined, or brings an older one up to the definition. Returns its stream's ARN. */
export async function ensureTable(client: DynamoDBClient, name: string): Promise<string> {
  const existing = await describeTable(client, name);
  if (existing) await addMissing(client, existing);
  else await create(client, name);
  await ensureTimeToLive(client, name);
  const ready = await describeTable(client, name);
  if (!ready?.LatestStreamArn) throw new Error(`The table ${name} has no stream`);
  return ready.LatestStreamArn;
}

export async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes,
      KeySchema: keySchema(TABLE),
      GlobalSecondaryIndexes: INDEXES.map(index),
      StreamSpecification: STREAM,
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS, minDelay: 1 }, { TableName: name });
}

/** Data of an older version may lack an index or the stream; DynamoDB takes one such change a call. */
async function addMissing(client: DynamoDBClient, table: TableDescription): Promise<void> {
  const name = table.TableName;
  const present = new Set(table.GlobalSecondaryIndexes?.map((each) => each.IndexName));
  for (const missing of INDEXES.filter(([indexName]) => !present.has(indexName))) {
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions: attributes,
        GlobalSecondaryIndexUpdates: [{ Create: index(missing) }],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS, minDelay: 1 }, { TableName: name });
  }
  if (!table.StreamSpecification?.StreamEnabled) {
    await client.send(new UpdateTableCommand({ TableName: name, StreamSpecification: STREAM }));
  }
}

async function ensureTimeToLive(client: DynamoDBClient, name: string): Promise<void> {
  const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (ttl?.TimeToLiveStatus === "ENABLED" || ttl?.TimeToLiveStatus === "ENABLING") return;
  const specification = { AttributeName: TABLE.ttlAttribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification }));
}

/** What is wrong with the table beside its definition, in words; empty when all is well. */
export async function tableFaults(client: DynamoDBClient, table: TableDescription): Promise<string[]> {
  const faults: string[] = [];
  const keys = (schema: KeySchemaElement[] | undefined) => schema?.map((key) => key.AttributeName).join(", ") ?? "none";
  if (table.TableStatus !== "ACTIVE") faults.push(`its status is ${table.TableStatus}`);
  if (keys(table.KeySchema) !== keys(keySchema(TABLE))) faults.push(`its key is ${keys(table.KeySchema)}`);
  if (!table.StreamSpecification?.StreamEnabled) faults.push("its stream is off");
  for (const [name, wanted] of INDEXES) {
    const found = table.GlobalSecondaryIndexes?.find((each) => each.IndexName === name);
    if (!found) faults.push(`the index ${name} is missing`);
    else if (keys(found.KeySchema) !== keys(keySchema(wanted)))
      faults.push(`the index ${name} has the key ${keys(found.KeySchema)}`);
  }
  const described = await client.send(new DescribeTimeToLiveCommand({ TableName: table.TableName }));
  if (described.TimeToLiveDescription?.AttributeName !== TABLE.ttlAttribute) faults.push("time to live is off");
  return faults;
}
