import type { Token } from "../connectors/index.ts";
import type { Context } from "../platform/context.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { Expression, Item, Write } from "../platform/table.ts";

/** What each sealed text is about: it opens for this field of this account of this organisation only. */
export const credentialAbout = (organizationId: string, accountId: string, field: string) =>
  `account-credential ${organizationId} ${accountId} ${field}`;

export const tokenAbout = (organizationId: string, accountId: string) => `account-token ${organizationId} ${accountId}`;

type Owner = Pick<Context, "config" | "actor">;

export const credentialsKey = (ctx: Owner, accountId: string): Key => ({
  pk: orgPartition(ctx.actor.organizationId, "ACCOUNT_SECRET", accountId),
  sk: "CREDENTIALS",
});

export const tokenKey = (ctx: Owner, accountId: string): Key => ({ ...credentialsKey(ctx, accountId), sk: "TOKEN" });

export function credentialsWrite(ctx: Owner, accountId: string, credentials: Readonly<Record<string, string>>): Write {
  const { organizationId } = ctx.actor;
  const sealed = Object.fromEntries(
    Object.entries(credentials).map(([field, value]) => [
      field,
      seal(ctx.config, credentialAbout(organizationId, accountId, field), value),
    ]),
  );
  return { put: { ...credentialsKey(ctx, accountId), entity: "account-credentials", sealed } };
}

export function openCredentials(ctx: Owner, accountId: string, item: Item | undefined): Record<string, string> {
  const sealed = (item?.["sealed"] ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(sealed).map(([field, text]) => [
      field,
      unseal(ctx.config, credentialAbout(ctx.actor.organizationId, accountId, field), text),
    ]),
  );
}

/** A token as it is kept, with who is replacing it. */
export interface KeptToken {
  token?: Token;
  /** Rises with each token. */
  generation: number;
  /** Rises when other credentials are given: who opened the account before has the old ones. */
  epoch: number;
  /** Milliseconds since the epoch; nobody else asks for a token until then. */
  leasedUntil?: number;
  leasedBy?: string;
}

export function openToken(ctx: Owner, accountId: string, item: Item | undefined): KeptToken {
  if (!item) return { generation: 0, epoch: 0 };
  const {
    sealed,
    generation,
    epoch = 0,
    leasedUntil,
    leasedBy,
  } = item as { sealed?: string } & Omit<KeptToken, "token" | "epoch"> & { epoch?: number };
  const text =
    sealed === undefined ? undefined : unseal(ctx.config, tokenAbout(ctx.actor.organizationId, accountId), sealed);
  return {
    ...(text === undefined ? {} : { token: JSON.parse(text) as Token }),
    generation,
    epoch,
    ...(leasedUntil === undefined ? {} : { leasedUntil }),
    ...(leasedBy === undefined ? {} : { leasedBy }),
  };
}

/** The item of the token that comes after `before`; without a lease. */
export function nextTokenItem(ctx: Owner, accountId: string, token: Token, before: KeptToken): Key & Item {
  const sealed = seal(ctx.config, tokenAbout(ctx.actor.organizationId, accountId), JSON.stringify(token));
  return {
    ...tokenKey(ctx, accountId),
    entity: "account-token",
    sealed,
    generation: before.generation + 1,
    epoch: before.epoch,
  };
}

/** SAME_TOKEN: whoever got a token writes it unless another one has been written since the one it was got with. */
export function sameGeneration(generation: number): Expression {
  return generation === 0
    ? { expression: "attribute_not_exists(pk) OR generation = :seen", values: { ":seen": 0 } }
    : { expression: "generation = :seen", values: { ":seen": generation } };
}

/** The token that was is of no use: whoever is replacing it does so in vain. Generations go on, so that none comes twice. */
export const tokenReset = (ctx: Owner, accountId: string): Write => ({
  update: tokenKey(ctx, accountId),
  set: {
    expression:
      "SET generation = if_not_exists(generation, :zero) + :one, epoch = if_not_exists(epoch, :zero) + :one, entity = :entity REMOVE sealed, leasedUntil, leasedBy",
    values: { ":zero": 0, ":one": 1, ":entity": "account-token" },
  },
});

export const secretRemovals = (ctx: Owner, accountId: string): Write[] => [
  { remove: credentialsKey(ctx, accountId) },
  { remove: tokenKey(ctx, accountId) },
];
