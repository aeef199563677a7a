import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { ID_PREFIX, type OrganizationId } from "../platform/ids.ts";

/** A session that nobody uses for this long is over. */
export const IDLE_MS = 12 * 3600_000;
/** However it is used, it is over after this. */
export const ABSOLUTE_MS = 30 * 24 * 3600_000;

/** What a session is stored as, beside its user's account. */
export interface Session {
  id: string;
  userId: string;
  organizationId: OrganizationId;
  /** Of its token. */
  hash: string;
  /** `password`, or the provider's id. */
  method: string;
  createdAt: string;
  lastSeenAt: string;
  /** When it ends however it is used; milliseconds since the epoch. */
  endsAtMs: number;
  /** Of the account and the membership when it began. */
  userEpoch: number;
  memberEpoch: number;
  address?: string;
  userAgent?: string;
}

/** What a browser is given: the token as a cookie, and what it sends as X-CSRFToken to change anything. */
export interface NewSession {
  token: string;
  csrfToken: string;
  /** Milliseconds since the epoch. */
  endsAtMs: number;
}

/** Where to look a token up, as the token itself says: nothing is believed before its hash was compared. */
export interface TokenParts {
  userId: string;
  organizationId: OrganizationId;
  sessionId: string;
}

const ULID = "([0-9A-HJKMNP-TV-Z]{26})";
const TOKEN = new RegExp(`^${ULID}${ULID}${ULID}[A-Za-z0-9_-]{43}$`);

/** 256 random bits behind the keys of what authentication reads, so that it reads all in one call. */
export function newToken(parts: TokenParts): string {
  const ids = [parts.userId, parts.organizationId, parts.sessionId].map((id) => id.slice(id.indexOf("_") + 1));
  return ids.join("") + randomBytes(32).toString("base64url");
}

/** Undefined for what is not even shaped like a token: it needs no look-up. */
export function tokenParts(token: string): TokenParts | undefined {
  const [, user, organization, session] = TOKEN.exec(token) ?? [];
  if (session === undefined) return undefined;
  return {
    userId: `${ID_PREFIX.user}_${user}`,
    // Good for a look-up only: without a session whose hash fits, nothing that is found there is used.
    organizationId: `${ID_PREFIX.organization}_${organization}` as OrganizationId,
    sessionId: `${ID_PREFIX.session}_${session}`,
  };
}

export function hashToken(token: string): string {
  return hash("sha256", token, "base64url");
}

/** Bound to the session's token and to this deployment: nobody who sets a cookie can know it. */
export function csrfTokenOf(deploymentKey: string, tokenHash: string): string {
  return createHmac("sha256", deploymentKey).update(`csrf\n${tokenHash}`).digest("base64url");
}

/** Compares in a time that does not depend on where the two differ. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export const SessionSchema = z.lazy(() =>
  z
    .object({
      id: z.string(),
      organizationId: z.string(),
      method: z.string().describe("`password`, or the id of the provider"),
      createdAt: z.iso.datetime(),
      lastSeenAt: z.iso.datetime().describe("To within five minutes"),
      endsAt: z.iso.datetime().describe("When it ends however it is used; twelve hours without use end it sooner"),
      address: z.string().optional(),
      userAgent: z.string().optional(),
      isCurrent: z.boolean().describe("The one that asks"),
    })
    .meta({ id: "Session" }),
);

/** What signing in answers, and reading the current session. */
export const CurrentSessionSchema = z.lazy(() =>
  z
    .object({
      user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
      organization: z.object({ id: z.string(), name: z.string(), currency: z.string() }),
      role: z.string(),
      permissions: z.array(z.string()),
      csrfToken: z.string().describe("To be sent as X-CSRFToken with POST, PUT, PATCH and DELETE"),
      endsAt: z.iso.datetime(),
    })
    .meta({ id: "CurrentSession" }),
);
