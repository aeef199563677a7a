import { createHmac, hash, randomBytes } from "node:crypto";
import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";

/** What a state stands for: whoever comes back with it consents for this account of this organisation, as who began. */
export interface Consent {
  organizationId: OrganizationId;
  currency: string;
  accountId: string;
  provider: string;
  actor: { kind: "apiKey" | "user" | "system"; id: string };
  /** Hash of the token in the cookie of the browser in which it began; absent where a program began. */
  browser?: string;
}

type Needs = Pick<Resources, "table" | "now">;

/**
 * 256 bits that nobody guesses, and of which the table keeps a hash that opens nothing. A request that is repeated with
 * its key gets the same, made of the key: so they need not be kept to be answered again.
 */
export function consentSecret({ config, actor, idempotencyKey }: Context, purpose: string, accountId: string): string {
  if (idempotencyKey === undefined) return randomBytes(32).toString("base64url");
  const facts = [purpose, actor.organizationId, actor.id, accountId, idempotencyKey];
  return createHmac("sha256", config.secretKey).update(JSON.stringify(facts)).digest("base64url");
}

export const hashOf = (secret: string) => hash("sha256", secret, "base64url");

const keyOf = (state: string): Key => ({ pk: globalPartition("CONSENT", hashOf(state)), sk: "STATE" });

/** Returns when it ends: as it was kept first, of a request that is repeated. */
export async function keepConsent(
  { table }: Needs,
  state: string,
  consent: Consent,
  endsAtMs: number,
): Promise<number> {
  const item = {
    ...keyOf(state),
    entity: "account-consent",
    consent,
    endsAtMs,
    expiresAt: Math.floor(endsAtMs / 1_000),
  };
  try {
    await table.put(item, { expression: "attribute_not_exists(pk)" });
    return endsAtMs;
  } catch (error) {
    if (error instanceof ConditionFailed) return Number(error.item?.["endsAtMs"] ?? endsAtMs);
    throw error;
  }
}

export async function findConsent({ table, now }: Needs, state: string): Promise<Consent | undefined> {
  const item = await table.get<Item>(keyOf(state), { consistent: true });
  return item && Number(item["expiresAt"]) > now() / 1_000 && item["isUsed"] !== true
    ? (item["consent"] as Consent)
    : undefined;
}

/** NOT_YET_USED: one state comes twice at once; DynamoDB lets one of them use it. Returns whether it was this one. */
export async function useConsent({ table }: Needs, state: string): Promise<boolean> {
  try {
    await table.update(
      keyOf(state),
      { expression: "SET isUsed = :true", values: { ":true": true } },
      { expression: "attribute_exists(pk) AND attribute_not_exists(isUsed)" },
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
