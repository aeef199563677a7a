import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

/** One call, with plain values, as the SDK's document client takes it. */
export interface Call {
  command: string;
  input: Record<string, unknown>;
}

type Send = (this: DynamoDBClient, command: { input: object }, ...rest: unknown[]) => unknown;

/** What is asked of DynamoDB while this runs: a floor then asks the same, and nothing else. */
export async function recordCalls<T>(run: () => Promise<T>): Promise<{ calls: Call[]; result: T }> {
  const { prototype } = DynamoDBClient;
  const original = Reflect.get(prototype, "send") as Send;
  const calls: Call[] = [];
  const recording: Send = function (command, ...rest) {
    const input = plain(command.input) as Call["input"];
    // The SDK's own, drawn anew for each transaction.
    delete input["ClientRequestToken"];
    calls.push({ command: command.constructor.name.replace(/Items?Command$/, "Command"), input });
    return original.call(this, command, ...rest);
  };
  Reflect.set(prototype, "send", recording);
  try {
    return { calls, result: await run() };
  } finally {
    Reflect.deleteProperty(prototype, "send");
  }
}

/** Where commands hold DynamoDB's own form of values. */
const VALUES = new Set(["Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"]);

function plain(value: unknown, name?: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => plain(inner, name === "Keys" ? "Key" : undefined));
  if (typeof value !== "object" || value === null) return value;
  if (name !== undefined && VALUES.has(name)) return unmarshall(value as Record<string, AttributeValue>);
  return Object.fromEntries(Object.entries(value).map(([inner, held]) => [inner, plain(held, inner)]));
}

/** ULIDs of what each order makes anew, and the number made of its id; the first characters are of the time. */
const MADE = /((?:ord|led|evt|rsv)_)[0-9A-Z]{4}(?=[0-9A-Z]{22})|(?<=")\d{4}(?=\d\d-[0-9A-Z]{8}")/g;

/** The same calls of another order: whatever they make has other ids, so that the store takes it as new. */
export function madeAnew<T>(calls: T, number: number): T {
  // Begins with a letter: no time and no date does.
  const digits = `Z${number.toString(36).toUpperCase().padStart(3, "0")}`;
  return JSON.parse(JSON.stringify(calls).replaceAll(MADE, (_whole, prefix = "") => `${String(prefix)}${digits}`)) as T;
}
