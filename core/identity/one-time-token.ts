import { hash, randomBytes } from "node:crypto";
import * as z from "zod";
import type { Resources } from "../platform/context.ts";
import { ValidationError } from "../platform/errors.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";

type Purpose = "register" | "reset" | "invite" | "openid";

/** What a token was made for. */
export type TokenFacts = Record<string, unknown>;

export const TokenSchema = z.lazy(() => z.string().min(20).max(100));

/** 256 random bits. Only its hash is kept, so what the table holds opens nothing. */
export function newOneTimeToken(): string {
  return randomBytes(32).toString("base64url");
}

export function tokenHash(token: string): string {
  return hash("sha256", token, "base64url");
}

export function tokenWrite(
  { now }: Pick<Resources, "now">,
  purpose: Purpose,
  token: string,
  facts: TokenFacts,
  livesMs: number,
): Write {
  const expiresAt = Math.floor((now() + livesMs) / 1000);
  return { put: { ...tokenKey(tokenHash(token)), entity: "one-time-token", purpose, facts, expiresAt } };
}

/** Undefined where there is none of this purpose any more. */
export async function findToken<T extends TokenFacts>(
  { table, now }: Pick<Resources, "table" | "now">,
  purpose: Purpose,
  token: string,
): Promise<T | undefined> {
  const item = await table.get<Item>(tokenKey(tokenHash(token)), { consistent: true });
  const isGood = item?.["purpose"] === purpose && Number(item["expiresAt"]) > now() / 1000;
  return isGood ? (item["facts"] as T) : undefined;
}

/**
 * NOT_YET_USED: one token comes twice at once. Both find it; both remove it in the transaction of what it is good for,
 * on the condition that it is there, and DynamoDB lets one of them in.
 */
export function useTokenWrite(token: string): Write {
  return { remove: tokenKey(tokenHash(token)), condition: { expression: "attribute_exists(pk)" } };
}

/** Makes an invitation's token void, of which its maker has only the hash. */
export function voidTokenWrite(hash: string): Write {
  return { remove: tokenKey(hash) };
}

/** Of a token that is unknown, used or too old, which nobody is told apart. */
export function badToken(): ValidationError {
  const message = "is not valid any more: ask for a new one";
  return new ValidationError([{ path: "token", code: "invalid_token", message }], "The token is not valid any more");
}

function tokenKey(hash: string): Key {
  return { pk: globalPartition("ONE_TIME_TOKEN", hash), sk: "TOKEN" };
}
