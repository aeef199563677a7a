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
  const identity = hashOf(subject);
  return [
    { put: { ...identityKey(identity), entity: "openid-identity", userId }, condition },
    { put: { ...linkKey(userId, provider), entity: "openid-link", provider, identity } },
  ];
}

/** Write 0 fails where there is no such link any more. */
export function unlinkWrites(userId: string, { provider, identity }: Link): Write[] {
  return [
    { remove: linkKey(userId, provider), condition: { expression: "attribute_exists(pk)" } },
    ...(identity === undefined ? [] : [{ remove: identityKey(identity) }]),
  ];
}

export async function findLinked({ table }: Pick<Resources, "table">, subject: Subject): Promise<string | undefined> {
  const item = await table.get<Item>(identityKey(hashOf(subject)), { consistent: true });
  return item && String(item["userId"]);
}

/** A provider with which a person can sign in; links of the first days do not say as whom. */
export interface Link {
  provider: string;
  /** By which the provider's own id of them is known here. */
  identity?: string;
}

export async function linksOf({ table }: Pick<Resources, "table">, userId: string): Promise<Link[]> {
  const page = await table.query<Item>({ pk: userPartition(userId), prefix: LINK, consistent: true });
  return page.items.map(({ provider, identity }) => ({
    provider: String(provider),
    ...(typeof identity === "string" ? { identity } : {}),
  }));
}

/** The ids of the providers with which a person can sign in. */
export async function providersOf(resources: Pick<Resources, "table">, userId: string): Promise<string[]> {
  return (await linksOf(resources, userId)).map(({ provider }) => provider);
}

const LINK = "OPENID#";

const linkKey = (userId: string, provider: string): Key => ({ pk: userPartition(userId), sk: `${LINK}${provider}` });

const hashOf = ({ issuer, subject }: Subject) => hash("sha256", `${issuer}\n${subject}`, "base64url");

function identityKey(identity: string): Key {
  return { pk: globalPartition("OPENID", identity), sk: "IDENTITY" };
}
