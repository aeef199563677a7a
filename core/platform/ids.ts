import { randomFillSync } from "node:crypto";
import { monotonicFactory } from "ulid";

/** Only a verified credential or a stored record makes one: a store cannot build a key from a request's text. */
export type OrganizationId = string & { readonly __brand: "OrganizationId" };

/** Type prefixes: an id says what it names, and sorts by the time it was made. */
export const ID_PREFIX = {
  product: "prd",
  category: "cat",
  brand: "brd",
  brandPattern: "bpt",
  size: "siz",
  upload: "upl",
  import: "imp",
  account: "acc",
  supplier: "sup",
  sync: "syn",
  offer: "off",
  organization: "org",
  apiKey: "key",
  location: "loc",
  lot: "lot",
  ledgerEntry: "led",
  transfer: "trf",
  reservation: "rsv",
  count: "cnt",
  recipe: "rcp",
  batch: "bat",
  order: "ord",
  fulfilment: "ful",
  return: "ret",
  listing: "lst",
  channelTask: "cht",
  transaction: "txn",
  feeTable: "fee",
  match: "mat",
  purchase: "pur",
  purchaseOrder: "por",
  adjustment: "adj",
  delivery: "dlv",
  webhookEvent: "whe",
  webhookSource: "whs",
  user: "usr",
  role: "rol",
  invitation: "inv",
  session: "ses",
  mail: "mai",
  webhookEndpoint: "wep",
  webhookDelivery: "wdl",
  webhookReplay: "wrp",
  checkout: "chk",
  privacyRequest: "pvr",
  event: "evt",
  request: "req",
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** Makes ids of a kind; a test gives one that counts. */
export type NewId = (kind: IdKind) => string;

/**
 * ULIDs that keep their order within a millisecond of one process, so that "newest first" is the order of creation.
 * `now` is in milliseconds since the epoch.
 */
export function createIds(now: () => number): NewId {
  const next = monotonicFactory(createRandom());
  return (kind) => `${ID_PREFIX[kind]}_${next(now())}`;
}

/**
 * Fractions from the system's randomness, drawn by the thousand: a ULID asks for sixteen, and a call for each cost
 * 25 µs an id, a twentieth of a whole request.
 */
function createRandom(): () => number {
  const pool = new Uint8Array(4_096);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    return (pool[at++] ?? 0) / 256;
  };
}

/** The least id of a kind that could have been made at this time: a bound for range reads by age. */
export function idAt(kind: IdKind, timeMs: number): string {
  return `${ID_PREFIX[kind]}_${encodeTime(timeMs)}${"0".repeat(16)}`;
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function encodeTime(timeMs: number): string {
  let rest = timeMs;
  let text = "";
  for (let digit = 0; digit < 10; digit++) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
