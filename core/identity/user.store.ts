import type { Resources } from "../platform/context.ts";
import { globalPartition, type Key, type PartitionKey } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Account } from "./user.ts";

type Stores = Pick<Resources, "table">;

export function userPartition(userId: string): PartitionKey {
  return globalPartition("USER", userId);
}

export function accountKey(userId: string): Key {
  return { pk: userPartition(userId), sk: "ACCOUNT" };
}

export function emailKey(email: string): Key {
  return { pk: globalPartition("EMAIL", email), sk: "ACCOUNT" };
}

/**
 * Who has this address. Asks the table twice in any case: how long it takes must not tell whether somebody has it.
 */
export async function findAccountByEmail(stores: Stores, email: string): Promise<Account | undefined> {
  const guard = await stores.table.get<Item>(emailKey(email), { consistent: true });
  return findAccount(stores, guard ? String(guard["userId"]) : "nobody");
}

export async function findAccount({ table }: Stores, userId: string): Promise<Account | undefined> {
  const item = await table.get<Item>(accountKey(userId), { consistent: true });
  return item && accountFrom(item);
}

export function accountFrom({ pk: _pk, sk: _sk, entity: _entity, ...account }: Item): Account {
  return account as unknown as Account;
}

/** The address first: its condition decides between two who register it at once. */
export function createAccountWrites(account: Account): Write[] {
  const isFree = { expression: "attribute_not_exists(pk)" };
  return [
    { put: { ...emailKey(account.email), entity: "email", userId: account.id }, condition: isFree },
    { put: { ...accountKey(account.id), entity: "user", ...account }, condition: isFree },
  ];
}

/** The account and its address, which is free again. */
export function forgetAccountWrites({ id, email }: Pick<Account, "id" | "email">): Write[] {
  return [{ remove: accountKey(id) }, { remove: emailKey(email) }];
}

export function renameWrite(userId: string, name: string, at: string): Write {
  return {
    update: accountKey(userId),
    set: {
      expression: "SET #name = :name, updatedAt = :at",
      names: { "#name": "name" },
      values: { ":name": name, ":at": at },
    },
    condition: { expression: "attribute_exists(pk)" },
  };
}

/**
 * SAME_EPOCH: two resets of one password, or a reset while it is being changed. Each names the number that it saw and
 * raises it; the second finds another, and its link or its answer is void.
 */
export function passwordWrite(account: Account, passwordHash: string, at: string): Write {
  return {
    update: accountKey(account.id),
    set: {
      expression: "SET passwordHash = :hash, epoch = :next, updatedAt = :at",
      values: { ":hash": passwordHash, ":next": account.epoch + 1, ":at": at },
    },
    condition: { expression: "epoch = :seen", values: { ":seen": account.epoch } },
  };
}

/** The same password under newer parameters: no session ends by that. Lost where the password was changed meanwhile. */
export function rehashWrite(account: Account, passwordHash: string): Write {
  return {
    update: accountKey(account.id),
    set: { expression: "SET passwordHash = :hash", values: { ":hash": passwordHash } },
    condition: { expression: "epoch = :seen", values: { ":seen": account.epoch } },
  };
}

export function lastOrganizationWrite(userId: string, organizationId: string): Write {
  return {
    update: accountKey(userId),
    set: { expression: "SET lastOrganizationId = :organization", values: { ":organization": organizationId } },
    condition: { expression: "attribute_exists(pk)" },
  };
}
