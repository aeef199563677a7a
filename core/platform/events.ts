import { type Context, type Guest, type Resources, timestamp } from "./context.ts";
import type { OrganizationId } from "./ids.ts";
import { globalPartition, orgPartition } from "./keys.ts";
import type { Write } from "./table.ts";

/** A fact that happened, with who caused it: whoever consumes it acts for the same tenant. */
export interface DomainEvent {
  id: string;
  type: string;
  organizationId: string;
  actor: { kind: string; id: string };
  requestId: string;
  /** The address of who asked for it, for the audit log; receivers of webhooks are not told. */
  address?: string;
  occurredAt: string;
  data: Record<string, unknown>;
}

const KEPT_SECONDS = 7 * 24 * 3600;

/** The event as a write for its effect's own transaction; the table's stream carries it on. */
export function outboxWrite(ctx: Context, type: string, data: Record<string, unknown>): Write {
  const id = ctx.newId("event");
  const event: DomainEvent = {
    id,
    type,
    organizationId: ctx.actor.organizationId,
    actor: { kind: ctx.actor.kind, id: ctx.actor.id },
    requestId: ctx.requestId,
    ...(ctx.address === undefined ? {} : { address: ctx.address }),
    occurredAt: timestamp(ctx),
    data,
  };
  const expiresAt = Math.floor(ctx.now() / 1000) + KEPT_SECONDS;
  // A partition an event, not one an organisation: nobody ranges over the outbox, and a busy tenant must not heat one key.
  return {
    put: {
      pk: orgPartition(ctx.actor.organizationId, "OUTBOX", id),
      sk: "EVENT",
      entity: "event",
      expiresAt,
      ...event,
    },
  };
}

/** The same for what is done to the whole deployment, by whoever runs it: of no organisation. */
export function instanceEventWrite(
  resources: Pick<Resources, "newId" | "now">,
  by: string,
  type: string,
  data: Record<string, unknown>,
): Write {
  const id = resources.newId("event");
  const event: DomainEvent = {
    id,
    type,
    organizationId: "",
    actor: { kind: "operator", id: by },
    requestId: resources.newId("request"),
    occurredAt: timestamp(resources),
    data,
  };
  const expiresAt = Math.floor(resources.now() / 1000) + KEPT_SECONDS;
  return { put: { pk: globalPartition("OUTBOX", id), sk: "EVENT", entity: "event", expiresAt, ...event } };
}

/** The same for what a guest did, in the organisation that it concerns; where it concerns none, of no organisation (""). */
export function guestEventWrite(
  guest: Guest,
  organizationId: OrganizationId | undefined,
  type: string,
  data: Record<string, unknown>,
): Write {
  const id = guest.newId("event");
  const event: DomainEvent = {
    id,
    type,
    organizationId: organizationId ?? "",
    actor: { kind: "guest", id: guest.client.address ?? "unknown" },
    requestId: guest.requestId,
    ...(guest.client.address === undefined ? {} : { address: guest.client.address }),
    occurredAt: timestamp(guest),
    data,
  };
  const expiresAt = Math.floor(guest.now() / 1000) + KEPT_SECONDS;
  const pk = organizationId ? orgPartition(organizationId, "OUTBOX", id) : globalPartition("OUTBOX", id);
  return { put: { pk, sk: "EVENT", entity: "event", expiresAt, ...event } };
}
