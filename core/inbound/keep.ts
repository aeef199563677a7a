import { text as readText } from "node:stream/consumers";
import { contentHash } from "../platform/canonical.ts";
import { type Resources, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import type { Provider } from "./effects.ts";
import type { EventRecord } from "./event.ts";
import { keepConflict, keepOnce, scopeOf } from "./event.store.ts";
import type { Json } from "./providers/adapter.ts";
import { ADAPTERS } from "./providers/index.ts";
import { queueEvent } from "./queue.ts";

/** Larger bodies go to the bucket: an item of the table ends at 400 KB, and each of its indexes carries it again. */
const MAX_INLINE_BYTES = 100 * 1024;

export interface Arrived {
  provider: Provider;
  sourceId?: string;
  organizationId?: OrganizationId;
  currency?: string;
  externalEventId: string;
  eventType: string;
  occurredAtMs: number;
  /** The body, which is a JSON object. */
  text: string;
  /** Asked of the provider, and so in the form of the asking's version. */
  fetched?: true;
  /** SHA-256 in hex, and length, of its bytes. */
  payloadHash: string;
  size: number;
}

export interface Kept {
  /** Our id of the event; of a duplicate, the first's. */
  id: string;
  outcome: "received" | "duplicate" | "conflict";
}

/** Keeps a verified event, once, and queues it. What comes again with the same content changes nothing. */
export async function keep(resources: Resources, { text, size, ...arrived }: Arrived): Promise<Kept> {
  const { provider, externalEventId, payloadHash } = arrived;
  const at = timestamp(resources);
  const id = resources.newId("webhookEvent");
  const bodyKey = size > MAX_INLINE_BYTES ? bodyKeyOf(arrived) : undefined;
  // Before the event: one whose body is missing could not be applied.
  if (bodyKey !== undefined) await resources.objects.put(bodyKey, text, "application/json");
  const body = bodyKey === undefined ? { body: text } : { bodyKey };
  const event: EventRecord = { id, ...arrived, ...body, status: "pending", attempts: 0, createdAt: at, updatedAt: at };
  const first = await keepOnce(resources, event);
  const kept = first ? await keepAnother(resources, first, event, text) : { id, outcome: "received" as const };
  resources.metrics.count("webhooks_received_total", { provider, outcome: kept.outcome });
  if (!first) await queueEvent(resources, event);
  else if (kept.outcome === "conflict")
    resources.log.warn("An event came again with other content", {
      provider,
      externalEventId,
      payloadHash,
      first: first.id,
    });
  return kept;
}

/** What came under the id of another event: the same again, or another that is flagged and kept and not applied. */
async function keepAnother(resources: Resources, first: EventRecord, event: EventRecord, text: string): Promise<Kept> {
  const duplicate = { id: first.id, outcome: "duplicate" as const };
  // One event looks otherwise in each version: what was sent is of the endpoint's, what was fetched of our calls'.
  if (first.fetched || event.fetched) return duplicate;
  if (first.payloadHash === event.payloadHash || (await sameEssence(resources, first, text))) return duplicate;
  const owner = defined({ organizationId: first.organizationId, currency: first.currency });
  const conflict: EventRecord = { ...event, ...owner, status: "conflict", conflictOf: first.id };
  try {
    await keepConflict(resources, first, conflict);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return duplicate;
    throw error;
  }
  return { id: event.id, outcome: "conflict" };
}

/** Providers count their tries inside the body, and write the same JSON in more ways than one. */
async function sameEssence(resources: Resources, first: EventRecord, text: string): Promise<boolean> {
  const { essence } = ADAPTERS[first.provider];
  const hashOf = (json: string) => contentHash(essence(JSON.parse(json) as Json));
  return hashOf(text) === hashOf(await bodyOf(resources, first));
}

export async function bodyOf({ objects }: Pick<Resources, "objects">, { body, bodyKey }: EventRecord): Promise<string> {
  if (bodyKey !== undefined) return readText(await objects.read(bodyKey));
  return body ?? "";
}

const bodyKeyOf = (arrived: Omit<Arrived, "text" | "size">) =>
  ["webhooks", arrived.organizationId ?? "instance", scopeOf(arrived), arrived.payloadHash].join("/");
