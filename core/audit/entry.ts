import { hash } from "node:crypto";
import * as z from "zod";
import { canonicalJson } from "../platform/canonical.ts";
import { type DomainEvent } from "../platform/events.ts";
import { redact } from "../platform/log.ts";

/** One line of an organisation's audit log. It is written once and never changed. */
export interface AuditEntry {
  /** From 1, without gaps. */
  number: number;
  /** Of the domain event that it tells. */
  id: string;
  /** RFC 3339 UTC, when it happened. */
  at: string;
  action: string;
  actor: { kind: string; id: string };
  /** The address that it came from, where somebody asked for it. */
  address?: string;
  requestId: string;
  /** What was done to what, before and after, without secrets and personal data. */
  data: Record<string, unknown>;
  /** The hash of the entry before; of the first, that of nothing. */
  previousHash: string;
  /** SHA-256 of all of the above. */
  hash: string;
}

export const NO_HASH = hash("sha256", "", "base64url");

/** Names of fields whose values are about a person who can ask to be forgotten, which a log that never changes cannot. */
const PERSONAL = /^(?:email|phone|street|line[12]|address|postalCode|recipient|customer|buyer|fullName)$/i;

/** The entry that follows another one. */
export function entryAfter(event: DomainEvent, number: number, previousHash: string): AuditEntry {
  const { id, occurredAt, type, actor, requestId, address, data } = event;
  const unhashed: Omit<AuditEntry, "hash"> = {
    number,
    id,
    at: occurredAt,
    action: type,
    actor: { kind: actor.kind, id: actor.id },
    ...(address === undefined ? {} : { address }),
    requestId,
    data: impersonal(redact(data)) as Record<string, unknown>,
    previousHash,
  };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** What an entry's hash must be. */
export function hashOf({ hash: _hash, ...entry }: Omit<AuditEntry, "hash"> & { hash?: string }): string {
  return hash("sha256", canonicalJson(entry), "base64url");
}

function impersonal(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(impersonal);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      // What DynamoDB does not keep must not be hashed either.
      if (inner === undefined) return [];
      return [[name, PERSONAL.test(name) && inner !== null ? "[personal]" : impersonal(inner)]];
    }),
  );
}

const filters = () => ({
  action: z.string().min(1).max(100).optional().describe("Such as `product.updated`; `order.` for all that begins so"),
  actorId: z.string().min(1).max(100).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

const cursor = () => z.string().max(2_000).optional();

export const ListAuditSchema = z.lazy(() =>
  z.object({ limit: z.coerce.number().int().min(1).max(100).default(50), cursor: cursor(), ...filters() }).strict(),
);

/** Entries of one file: they stay below what a function may answer. */
const MOST_EXPORTED = 1_000;

export const ExportAuditSchema = z.lazy(() =>
  z
    .object({
      format: z.enum(["jsonl", "csv"]).default("jsonl"),
      limit: z.coerce.number().int().min(1).max(MOST_EXPORTED).default(MOST_EXPORTED),
      cursor: cursor(),
      ...filters(),
    })
    .strict(),
);

export const AuditEntrySchema = z.lazy(() =>
  z
    .object({
      number: z.int(),
      id: z.string(),
      at: z.iso.datetime(),
      action: z.string(),
      actor: z.object({ kind: z.string(), id: z.string() }),
      address: z.string().optional(),
      requestId: z.string(),
      data: z.record(z.string(), z.unknown()),
      previousHash: z.string(),
      hash: z.string(),
    })
    .meta({ id: "AuditEntry" }),
);
