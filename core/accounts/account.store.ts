import type { Context } from "../platform/context.ts";
import { type Key, nameSortKey, orgPartition } from "../platform/keys.ts";
import { fromItem, resourceStore } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Account } from "./account.ts";

export const accounts = resourceStore<Account>("ACCOUNT", "Account");

/** All of the organisation's, newest first; there are few. */
export async function allAccounts(ctx: Context): Promise<Account[]> {
  const { pk } = accounts.key(ctx, "");
  const found: Account[] = [];
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk,
      newestFirst: true,
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    found.push(...page.items.map((item) => fromItem<Account>(item)));
    startKey = page.lastKey;
  } while (startKey);
  return found;
}

/** ONE_OF_A_NAME: two accounts of a provider are given one name at once; DynamoDB lets one of the guards in. */
export function nameWrite(ctx: Context, account: Account): Write {
  return {
    put: { ...nameKey(ctx, account), entity: "account-name", accountId: account.id },
    condition: { expression: "attribute_not_exists(pk) OR accountId = :id", values: { ":id": account.id } },
  };
}

export const nameRemoval = (ctx: Context, account: Account): Write => ({
  remove: nameKey(ctx, account),
});

export const nameKey = (ctx: Context, { provider, name }: Account): Key => ({
  pk: orgPartition(ctx.actor.organizationId, "ACCOUNT_NAME", provider),
  sk: nameSortKey(name),
});

/** Which account stands for a provider, by provider. */
export async function readDefaults(ctx: Context): Promise<Map<string, string>> {
  const page = await ctx.table.query<Item>({ pk: defaultKey(ctx, "").pk, consistent: true });
  return new Map(page.items.map((item) => [String(item["sk"]), String(item["accountId"])]));
}

export async function findDefault(ctx: Context, provider: string): Promise<string | undefined> {
  const item = await ctx.table.get<Item>(defaultKey(ctx, provider), { consistent: true });
  return item && String(item["accountId"]);
}

/** `onlyFirst`: unless another one has become it meanwhile. */
export function defaultWrite(ctx: Context, { id, provider }: Account, { onlyFirst = false } = {}): Write {
  return {
    put: { ...defaultKey(ctx, provider), entity: "account-default", accountId: id },
    ...(onlyFirst ? { condition: { expression: "attribute_not_exists(pk)" } } : {}),
  };
}

export const defaultRemoval = (ctx: Context, { id, provider }: Account): Write => ({
  remove: defaultKey(ctx, provider),
  condition: { expression: "accountId = :id", values: { ":id": id } },
});

const defaultKey = (ctx: Context, provider: string): Key => ({
  pk: orgPartition(ctx.actor.organizationId, "ACCOUNT_DEFAULT"),
  sk: provider,
});
