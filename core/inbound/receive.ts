import { hash } from "node:crypto";
import type { Resources } from "../platform/context.ts";
import { AppError, NotFoundError, ValidationError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { unseal } from "../platform/secrets.ts";
import type { Provider } from "./effects.ts";
import { keep, type Kept } from "./keep.ts";
import type { Credentials, Delivery, Described, Json } from "./providers/adapter.ts";
import { ADAPTERS } from "./providers/index.ts";
import { ebayChallengeResponse } from "./providers/ebay.ts";
import { stripeOwnerHints } from "./providers/stripe.ts";
import { findDoor } from "./source.store.ts";
import { sealedAbout } from "./sources.ts";

/** More than any provider sends. */
export const MAX_BODY_BYTES = 1024 * 1024;

const SOURCE_ID = /^whs_[0-9A-Z]{26}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const MAX_ID = 255;
const MAX_TYPE = 100;
const utf8 = new TextDecoder("utf-8", { fatal: true });

export interface Incoming extends Delivery {
  provider: Provider;
  /** An organisation's own source; without it the instance's account of the provider. */
  sourceId?: string;
}

/** Whose deliveries these are, as far as the address says, and what verifies them. */
interface Origin {
  credentials: Credentials[];
  endpoint?: string;
  sourceId?: string;
  organizationId?: OrganizationId;
  currency?: string;
}

/**
 * Verifies a delivery and keeps it, once, before anything is made of it: the provider may be told 2xx when this
 * returns. At most two calls of the table (the source, the event) and one of the queue. Throws INVALID_SIGNATURE and
 * VALIDATION_ERROR with nothing kept but a count, NotFoundError for an unknown source, FEATURE_DISABLED where the
 * instance has no secret for the provider.
 */
export async function receive(resources: Resources, incoming: Incoming): Promise<Kept> {
  const { provider, body } = incoming;
  const adapter = ADAPTERS[provider];
  try {
    if (body.length > MAX_BODY_BYTES)
      throw new AppError("PAYLOAD_TOO_LARGE", `The body is larger than ${MAX_BODY_BYTES} bytes`);
    const origin = await originOf(resources, incoming);
    await adapter.verify(resources, incoming, origin.credentials);
    const { text, payload } = readJson(body);
    const described = complete(adapter.describe(incoming, payload, resources.now()));
    return await keep(resources, {
      ...described,
      provider,
      text,
      payloadHash: hash("sha256", body),
      size: body.length,
      ...ownerOf(resources, origin, payload),
    });
  } catch (error) {
    countRefusal(resources, provider, error);
    throw error;
  }
}

/**
 * Keeps an event of the instance's own Stripe account that was asked of Stripe's API instead of sent by it: what could
 * not be delivered. One that came before, in whatever form, is a duplicate.
 */
export async function receiveFetched(resources: Resources, payload: Json): Promise<Kept> {
  const body = Buffer.from(JSON.stringify(payload));
  const described = complete(ADAPTERS.stripe.describe({ header: () => undefined }, payload, resources.now()));
  return keep(resources, {
    ...described,
    provider: "stripe",
    fetched: true,
    text: body.toString(),
    payloadHash: hash("sha256", body),
    size: body.length,
    ...ownerOf(resources, {}, payload),
  });
}

/**
 * The answer to eBay's question whether an address is ours; `url` is the one that it was asked under, which eBay hashes
 * too. Throws NotFoundError unless it is a source of eBay's.
 */
export async function answerChallenge(
  resources: Resources,
  asked: { provider: Provider; sourceId?: string; challengeCode: string | undefined; url: string },
): Promise<{ challengeResponse: string }> {
  const { provider, sourceId = "", challengeCode, url } = asked;
  if (provider !== "ebay") throw new NotFoundError("Webhook source", sourceId);
  const { credentials, endpoint = url.replace(/\?.*/s, "") } = await originOf(resources, { provider, sourceId });
  const [current] = credentials;
  if (!current) throw new NotFoundError("Webhook source", sourceId);
  if (!challengeCode)
    throw new ValidationError([{ path: "challenge_code", code: "required", message: "must be eBay's challenge" }]);
  return { challengeResponse: ebayChallengeResponse(challengeCode, current.secret, endpoint) };
}

async function originOf(
  resources: Resources,
  { provider, sourceId }: Pick<Incoming, "provider" | "sourceId">,
): Promise<Origin> {
  const { config, now } = resources;
  if (sourceId === undefined) {
    if (provider !== "stripe") throw new AppError("NOT_FOUND", `Webhooks of ${provider} go to an address of their own`);
    const { webhookSecrets } = config.stripe;
    // Without a secret nothing can be verified, so nothing is taken: Stripe keeps it and comes again.
    if (webhookSecrets.length === 0)
      throw new AppError("FEATURE_DISABLED", "Webhooks of Stripe need STRIPE_WEBHOOK_SECRET");
    return { credentials: webhookSecrets.map((secret) => ({ secret })) };
  }
  const door = SOURCE_ID.test(sourceId) ? await findDoor(resources, sourceId) : undefined;
  if (door?.provider !== provider) throw new NotFoundError("Webhook source", sourceId);
  const { organizationId, currency, endpoint } = door;
  const about = sealedAbout(organizationId, sourceId);
  const credentials = door.secrets
    .filter(({ expiresAtMs = Number.POSITIVE_INFINITY }) => now() < expiresAtMs)
    .map(({ sealed }) => JSON.parse(unseal(config, about, sealed)) as Credentials);
  return { credentials, sourceId, organizationId, currency, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** Of the instance's own account it is what the event says; whether there is such an organisation, the worker asks. */
function ownerOf(
  { config }: Resources,
  { sourceId, organizationId, currency }: Omit<Origin, "credentials">,
  payload: Json,
) {
  if (sourceId !== undefined && organizationId !== undefined && currency !== undefined)
    return { sourceId, organizationId, currency };
  const named = stripeOwnerHints(payload).organizationId ?? config.stripe.organizationId;
  return named === undefined ? {} : { organizationId: named as OrganizationId };
}

function readJson(body: Uint8Array): { text: string; payload: Json } {
  try {
    const text = utf8.decode(body);
    const payload: unknown = JSON.parse(text);
    if (typeof payload === "object" && payload !== null && !Array.isArray(payload))
      return { text, payload: payload as Json };
  } catch {
    // The parser's own message would repeat parts of the body.
  }
  throw new ValidationError([{ path: "", code: "invalid_json", message: "The body is not a JSON object" }]);
}

function complete({ externalEventId, eventType, occurredAtMs }: Partial<Described>): Described {
  const isFit = (value: string | undefined, max: number) =>
    value !== undefined && value.length <= max && PRINTABLE.test(value);
  const faults = [
    ...(isFit(externalEventId, MAX_ID) ? [] : [fault("id", `must be 1 to ${MAX_ID} printable characters`)]),
    ...(isFit(eventType, MAX_TYPE) ? [] : [fault("type", `must be 1 to ${MAX_TYPE} printable characters`)]),
    ...(Number.isSafeInteger(occurredAtMs) && Math.abs(occurredAtMs ?? 0) <= MAX_TIME_MS
      ? []
      : [fault("created", "must be a time")]),
  ];
  if (faults.length > 0 || externalEventId === undefined || eventType === undefined || occurredAtMs === undefined)
    throw new ValidationError(faults, "The event does not say what it is");
  return { externalEventId, eventType, occurredAtMs };
}

/** The last moment that a Date can be. */
const MAX_TIME_MS = 8.64e15;

const fault = (path: string, message: string) => ({ path, code: "invalid_event", message });

function countRefusal({ metrics, log }: Resources, provider: Provider, error: unknown): void {
  if (!(error instanceof AppError) || error.status >= 500) return;
  const reason = error.code === "INVALID_SIGNATURE" ? (error.details as { reason: string }).reason : error.code;
  metrics.count("webhooks_refused_total", { provider, reason });
  log.warn("A webhook was refused", { provider, reason });
}
