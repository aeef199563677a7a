import { contentHash } from "./canonical.ts";
import type { OrganizationId } from "./ids.ts";

/** A partition key that begins with the organisation, or with the name of one of the few global spaces. */
export type PartitionKey = string & { readonly __brand: "PartitionKey" };

/** An item's address. */
export interface Key {
  pk: PartitionKey;
  sk: string;
}

/** `org_…#KIND#part`: no store can address an item without saying whose it is. */
export function orgPartition(organizationId: OrganizationId, kind: string, ...parts: string[]): PartitionKey {
  return [organizationId, kind, ...parts].join("#") as PartitionKey;
}

/** People are not of one organisation: their accounts, sessions and tokens stand beside the tenants, each by its own id or hash. */
type IdentitySpace = "USER" | "EMAIL" | "ONE_TIME_TOKEN" | "OPENID" | "MAIL" | "OUTBOX";

/** What exists before an organisation is known: the lookup of an API key by its hash. */
export function globalPartition(
  kind:
    | "API_KEY"
    | "ORGANIZATION"
    | "HEALTH"
    | "SCHEDULE"
    | "INBOUND"
    | "FEATURES"
    | "AUDIT"
    | "CONSENT"
    | IdentitySpace,
  part: string,
): PartitionKey {
  return `${kind}#${part}` as PartitionKey;
}

/** DynamoDB's limit of a sort key. */
const MAX_SORT_KEY_BYTES = 1_024;

/**
 * The sort key that all spellings of a name share: capitals, width and outer spaces do not count. Folding can make one
 * character eighteen, so what comes out too long for a key is replaced by its hash.
 */
export function nameSortKey(name: string): string {
  const folded = name.normalize("NFKC").trim().toLowerCase();
  return Buffer.byteLength(folded) <= MAX_SORT_KEY_BYTES ? folded : contentHash(folded);
}

/** The greatest sort key that is less than an id: where a newest-first read goes on after it. Ids are of one length. */
export function justBefore(id: string): string {
  return `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}~`;
}
