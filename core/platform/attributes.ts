import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/** What is stored under a key, as plain values: texts, numbers, booleans, null, lists and maps of them. */
export type Item = Record<string, unknown>;

/** The same in DynamoDB's own form: `{ price: { N: "1300" } }`. */
export type Attributes = Record<string, AttributeValue>;

// The SDK's document client does this too, but it walks every command's input once more to find what is to be done, by
// middleware that it makes anew for each call: a tenth of a request's CPU.

/** Fields that are undefined are left out. Throws for what DynamoDB cannot hold: a class, a function, NaN. */
export function attributesOf(item: Item): Attributes {
  return marshall(item, { removeUndefinedValues: true });
}

export function itemOf(attributes: Attributes): Item {
  return unmarshall(attributes);
}
