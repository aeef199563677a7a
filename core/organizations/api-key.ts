import { createHmac, hash, randomBytes } from "node:crypto";
import * as z from "zod";
import { PERMISSIONS, type Permission } from "../platform/context.ts";

/** A credential of an organisation. The secret itself is kept nowhere; its SHA-256 finds the key. */
export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the secret, by which its owner recognises it. */
  prefix: string;
  permissions: Permission[];
  createdAt: string;
  /** To within five minutes. Absent before the first use. */
  lastUsedAt?: string;
  /** From when on it is refused. Absent for one that does not end by itself. */
  endsAt?: string;
  /** Of its last rotation: until when the secret before that is accepted beside the new one. */
  overlapEndsAt?: string;
  revokedAt?: string;
}

/** An API key in the one answer that shows its secret. */
export interface NewApiKey extends ApiKey {
  secret: string;
}

export const CreateApiKeySchema = z.lazy(() =>
  z
    .object({
      name: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .meta({ examples: ["Nightly import"] }),
      permissions: z
        .array(z.enum(PERMISSIONS))
        .min(1)
        .transform((permissions) => [...new Set(permissions)].sort())
        .meta({ examples: [["catalog.read", "imports.write"]] }),
      endsAt: z.iso
        .datetime()
        .optional()
        .describe("From when on it is refused; without it, it does not end by itself")
        .meta({ examples: ["2027-12-31T00:00:00Z"] }),
    })
    .strict(),
);

const DAY_SECONDS = 24 * 3600;

export const RotateApiKeySchema = z.lazy(() =>
  z
    .object({
      overlapSeconds: z
        .int()
        .min(0)
        .max(7 * DAY_SECONDS)
        .default(DAY_SECONDS)
        .describe("How long the old secret is accepted beside the new one"),
    })
    .strict()
    .prefault({}),
);

export const ApiKeySchema = z.lazy(() =>
  z
    .object({
      id: z.string(),
      name: z.string(),
      prefix: z.string().meta({ examples: ["sk_h3Jc9"] }),
      permissions: z.array(z.enum(PERMISSIONS)),
      createdAt: z.string(),
      lastUsedAt: z.string().optional().describe("To within five minutes; absent before the first use"),
      endsAt: z.string().optional(),
      overlapEndsAt: z.string().optional().describe("Until when the secret before its last rotation is accepted"),
      revokedAt: z.string().optional(),
    })
    .meta({ id: "ApiKey" }),
);

export const NewApiKeySchema = z.lazy(() =>
  ApiKeySchema.unwrap()
    .extend({
      secret: z.string().describe("Shown in this answer only"),
    })
    .meta({ id: "NewApiKey" }),
);

const SECRET = /^sk_[A-Za-z0-9_-]{43}$/;
const PREFIX_LENGTH = 8;

/** What is not even shaped like a secret needs no look-up. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

export function secretPrefix(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH);
}

/** 256 random bits need no slow hash: nobody enumerates them. Looking a hash up compares nothing secret byte by byte. */
export function hashSecret(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** 256 bits from which, with the deployment's key, a secret is derived. */
export function newNonce(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The secret of a nonce. Derived, not drawn, so that a repeat of the creating request can be answered with the same
 * secret while the idempotency record, which the table keeps for a day, holds only the nonce.
 */
export function deriveSecret(deploymentKey: string, nonce: string): string {
  return `sk_${createHmac("sha256", deploymentKey).update(`api-key\n${nonce}`).digest("base64url")}`;
}
