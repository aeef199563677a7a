import { hash } from "node:crypto";
import type { Resources } from "../../platform/context.ts";
import { globalPartition, type Key } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import { userPartition } from "../user.store.ts";

/** A person as a provider knows them: its issuer and its id of them, which alone never changes. */
export interface Subject {
  issuer: string;
  subject: string;
}

/** Write 0 fails where this person of the provider is linked already. */
export function linkWrites(userId: string, provider: string, subject: Subject): Write[] {
  const condition = { expression: "attribute_not_exists(pk)" };
  return [
    { put: { ...identityKey(subject), entity: "openid-identity", userId }, condition },
    { put: { pk: userPartition(userId), sk: `OPENID#${provider}`, entity: "openid-link", provider } },
  ];
}

export async function findLinked({ table }: Pick<Resources, "table">, subject: Subject): Promise<string | undefined> {
  const item = await table.get<Item>(identityKey(subject), { consistent: true });
  return item && String(item["userId"]);
}

/** The ids of the providers with which a person can sign in. */
export async function providersOf({ table }: Pick<Resources, "table">, userId: string): Promise<string[]> {
  const page = await table.query<Item>({ pk: userPartition(userId), prefix: "OPENID#", consistent: true });
  return page.items.map(({ provider }) => String(provider));
}

function identityKey({ issuer, subject }: Subject): Key {
  return { pk: globalPartition("OPENID", hash("sha256", `${issuer}\n${subject}`, "base64url")), sk: "IDENTITY" };
}
