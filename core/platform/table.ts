import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { backoffMs, type Sleep, sleep as realSleep } from "./backoff.ts";
import { type AroundCall, passThrough } from "./calls.ts";
import { DependencyError } from "./errors.ts";
import { attributesOf, type Attributes, itemOf, type Item } from "./attributes.ts";
import type { Key, PartitionKey } from "./keys.ts";
import { isThrottle, type CancelReason, TransactionCanceled, ConditionFailed } from "./table-errors.ts";

export type { Item } from "./attributes.ts";

/** An expression with its values; attribute names are written as `#name` and found in `names`. */
export interface Expression {
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

export type Write =
  | { put: Key & Item; condition?: Expression }
  | { update: Key; set: Expression; condition?: Expression }
  | { remove: Key; condition?: Expression }
  | { check: Key; condition: Expression };

export interface QueryInput {
  index?: "gsi1" | "gsi2";
  pk: PartitionKey;
  /** Bounds on the sort key, both inclusive; or a prefix. */
  from?: string;
  to?: string;
  prefix?: string;
  newestFirst?: boolean;
  limit?: number;
  /** Where to go on: the sort key of the last item seen (base table), or DynamoDB's own key (indexes). */
  startKey?: Item;
  filter?: Expression;
  consistent?: boolean;
  attributes?: string[];
  countOnly?: boolean;
}

export interface QueryPage<T> {
  items: T[];
  count: number;
  lastKey?: Item;
}

export interface Table {
  get<T extends Item>(key: Key, options?: { consistent?: boolean }): Promise<T | undefined>;
  /** Any number of keys, 100 a call; what does not exist is left out, a repeated key is read once. Order is not kept. */
  batchGet<T extends Item>(keys: Key[], options?: { consistent?: boolean; attributes?: string[] }): Promise<T[]>;
  query<T extends Item>(input: QueryInput): Promise<QueryPage<T>>;
  /** Throws ConditionFailed with the item that stood in the way. */
  put(item: Key & Item, condition?: Expression): Promise<void>;
  /** Returns the item as it is afterwards. Throws ConditionFailed with the item as it was. */
  update<T extends Item>(key: Key, set: Expression, condition?: Expression): Promise<T>;
  /** Unconditional puts and removals, 25 a call, the last one for each key; each may come twice, so they must be idempotent. */
  batchWrite(writes: ({ put: Key & Item } | { remove: Key })[]): Promise<void>;
  /** All or nothing, at most 100. Throws TransactionCanceled with a reason for each write, in order. */
  transact(writes: Write[]): Promise<void>;
}

const MAX_ATTEMPTS = 8;
/** DynamoDB's own limits a call. */
const BATCH_GET = 100;
const BATCH_WRITE = 25;

export interface TableOptions {
  client: DynamoDBClient;
  name: string;
  around?: AroundCall;
  sleep?: Sleep;
}

export function createTable({ client, name, around = passThrough, sleep = realSleep }: TableOptions): Table {
  /** Conflicts and throttles are other people's traffic, not a fault of the call: wait, with jitter, a bounded number of times. */
  async function send<T>(operation: string, next: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await around({ service: "dynamodb", operation }, next);
      } catch (error) {
        const failure = translate(error);
        if (!isRetryable(failure)) throw failure;
        if (attempt + 1 >= MAX_ATTEMPTS)
          throw new DependencyError("database", "The database is busy", { cause: failure });
        await sleep(backoffMs(attempt, 25, 2_000));
      }
    }
  }

  async function batchGetChunk<T>(keys: Key[], options: { consistent?: boolean; attributes?: string[] }): Promise<T[]> {
    const found: T[] = [];
    let pending: Attributes[] = keys.map(keyOf);
    const projection = project(options.attributes);
    for (let attempt = 0; pending.length > 0; attempt++) {
      if (attempt >= MAX_ATTEMPTS) throw new DependencyError("database", "The database left reads unprocessed");
      if (attempt > 0) await sleep(backoffMs(attempt, 25, 2_000));
      const request = { Keys: pending, ConsistentRead: options.consistent ?? false, ...projection };
      const answer = await send("BatchGetItem", () =>
        client.send(new BatchGetItemCommand({ RequestItems: { [name]: request } })),
      );
      for (const item of answer.Responses?.[name] ?? []) found.push(itemOf(item) as T);
      pending = answer.UnprocessedKeys?.[name]?.Keys ?? [];
    }
    return found;
  }

  return {
    async get<T>(key: Key, options: { consistent?: boolean } = {}) {
      const input = { TableName: name, Key: keyOf(key), ConsistentRead: options.consistent ?? false };
      const answer = await send("GetItem", () => client.send(new GetItemCommand(input)));
      return answer.Item && (itemOf(answer.Item) as T);
    },

    async batchGet<T>(keys: Key[], options = {}) {
      const found: T[] = [];
      const wanted = lastByKey(keys, (key) => key);
      for (let start = 0; start < wanted.length; start += BATCH_GET) {
        found.push(...(await batchGetChunk<T>(wanted.slice(start, start + BATCH_GET), options)));
      }
      return found;
    },

    async query<T>(input: QueryInput) {
      const command = new QueryCommand(queryParams(name, input));
      const answer = await send("Query", () => client.send(command));
      const page: QueryPage<T> = { items: (answer.Items ?? []).map(itemOf) as T[], count: answer.Count ?? 0 };
      if (answer.LastEvaluatedKey) page.lastKey = itemOf(answer.LastEvaluatedKey);
      return page;
    },

    async put(item, condition) {
      const input = {
        TableName: name,
        Item: attributesOf(item),
        ...conditionParams(condition),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      };
      await send("PutItem", () => client.send(new PutItemCommand(input)));
    },

    async update<T>(key: Key, set: Expression, condition?: Expression) {
      const input = { ...updateParams(name, key, set, condition), ReturnValues: "ALL_NEW" as const };
      const answer = await send("UpdateItem", () => client.send(new UpdateItemCommand(input)));
      return itemOf(answer.Attributes ?? {}) as T;
    },

    async batchWrite(writes) {
      const last = lastByKey(writes, (write) => ("put" in write ? write.put : write.remove));
      for (let start = 0; start < last.length; start += BATCH_WRITE) {
        let pending = last
          .slice(start, start + BATCH_WRITE)
          .map(
            (write): WriteRequest =>
              "put" in write
                ? { PutRequest: { Item: attributesOf(write.put) } }
                : { DeleteRequest: { Key: keyOf(write.remove) } },
          );
        for (let attempt = 0; pending.length > 0; attempt++) {
          if (attempt >= MAX_ATTEMPTS) throw new DependencyError("database", "The database left writes unprocessed");
          if (attempt > 0) await sleep(backoffMs(attempt, 25, 2_000));
          const request = { RequestItems: { [name]: pending } };
          const answer = await send("BatchWriteItem", () => client.send(new BatchWriteItemCommand(request)));
          pending = answer.UnprocessedItems?.[name] ?? [];
        }
      }
    },

    async transact(writes) {
      // One token for all attempts: one that committed and lost its answer is not refused by its own conditions.
      const ClientRequestToken = randomUUID();
      const input = { ClientRequestToken, TransactItems: writes.map((write) => transactItem(name, write)) };
      await send("TransactWriteItems", () => client.send(new TransactWriteItemsCommand(input)));
    },
  };
}

/** DynamoDB refuses a batch that names a key twice. */
function lastByKey<T>(all: T[], key: (one: T) => Key): T[] {
  return [...new Map(all.map((one) => [`${key(one).pk}\n${key(one).sk}`, one])).values()];
}

function keyOf({ pk, sk }: Key): Attributes {
  return { pk: { S: pk }, sk: { S: sk } };
}

function conditionParams(condition: Expression | undefined) {
  return condition && { ConditionExpression: condition.expression, ...namesAndValues(condition) };
}

function namesAndValues({ names, values }: Pick<Expression, "names" | "values">) {
  return {
    ...(names ? { ExpressionAttributeNames: names } : {}),
    ...(values ? { ExpressionAttributeValues: attributesOf(values) } : {}),
  };
}

function updateParams(table: string, key: Key, set: Expression, condition?: Expression) {
  const names = { ...set.names, ...condition?.names };
  const values = { ...set.values, ...condition?.values };
  return {
    TableName: table,
    Key: keyOf(key),
    UpdateExpression: set.expression,
    ...(condition ? { ConditionExpression: condition.expression } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: attributesOf(values) } : {}),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

function transactItem(table: string, write: Write) {
  const common = { TableName: table, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
  if ("put" in write) return { Put: { ...common, Item: attributesOf(write.put), ...conditionParams(write.condition) } };
  if ("update" in write) return { Update: updateParams(table, write.update, write.set, write.condition) };
  if ("remove" in write)
    return { Delete: { ...common, Key: keyOf(write.remove), ...conditionParams(write.condition) } };
  return {
    ConditionCheck: {
      ...common,
      Key: keyOf(write.check),
      ConditionExpression: write.condition.expression,
      ...namesAndValues(write.condition),
    },
  };
}

function project(attributes: string[] | undefined) {
  if (!attributes) return {};
  return {
    ProjectionExpression: attributes.map((_, index) => `#p${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((attribute, index) => [`#p${index}`, attribute])),
  };
}

function queryParams(table: string, input: QueryInput) {
  const [hash, range] = input.index ? [`${input.index}pk`, `${input.index}sk`] : ["pk", "sk"];
  const clauses = ["#pk = :pk"];
  const values: Item = { ":pk": input.pk, ...input.filter?.values };
  const projection = project(input.attributes);
  const names: Record<string, string> = { "#pk": hash, ...input.filter?.names, ...projection.ExpressionAttributeNames };
  if (input.prefix !== undefined) clauses.push("begins_with(#sk, :prefix)");
  else if (input.from !== undefined && input.to !== undefined) clauses.push("#sk BETWEEN :from AND :to");
  else if (input.from !== undefined) clauses.push("#sk >= :from");
  else if (input.to !== undefined) clauses.push("#sk <= :to");
  if (clauses.length > 1) names["#sk"] = range;
  if (input.prefix !== undefined) values[":prefix"] = input.prefix;
  else {
    if (input.from !== undefined) values[":from"] = input.from;
    if (input.to !== undefined) values[":to"] = input.to;
  }
  return {
    TableName: table,
    ...(input.index ? { IndexName: input.index } : { ConsistentRead: input.consistent ?? false }),
    KeyConditionExpression: clauses.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: attributesOf(values),
    ScanIndexForward: !input.newestFirst,
    ...(input.filter ? { FilterExpression: input.filter.expression } : {}),
    ...(input.limit === undefined ? {} : { Limit: input.limit }),
    ...(input.startKey ? { ExclusiveStartKey: attributesOf(input.startKey) } : {}),
    ...(projection.ProjectionExpression ? { ProjectionExpression: projection.ProjectionExpression } : {}),
    ...(input.countOnly ? { Select: "COUNT" as const } : {}),
  };
}

/** The SDK's exceptions as ours: reasons in order, the old items unmarshalled. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "ConditionalCheckFailedException") {
    const { Item: found } = error as Error & { Item?: Attributes };
    return new ConditionFailed(found && itemOf(found), error);
  }
  if (error.name === "TransactionCanceledException") {
    const reasons = (error as TransactionCanceledException).CancellationReasons ?? [];
    return new TransactionCanceled(
      reasons.map(
        (reason): CancelReason => ({
          code: reason.Code ?? "None",
          ...(reason.Item ? { item: itemOf(reason.Item) } : {}),
        }),
      ),
      error,
    );
  }
  return error;
}

function isRetryable(error: unknown): boolean {
  if (error instanceof TransactionCanceled) return error.isTransient;
  return isThrottle(error);
}
