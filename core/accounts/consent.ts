import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { basesFor, type Connector, type Token } from "../connectors/index.ts";
import { type Context, createContext, type Guest, requirePermission, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type AccountView, viewAccount } from "./account.ts";
import { readDefaults } from "./account.store.ts";
import { type Consent, consentSecret, findConsent, hashOf, keepConsent, useConsent } from "./consent.store.ts";
import { openAny } from "./open.ts";
import { nextTokenItem, openToken, sameGeneration, tokenKey } from "./secret.store.ts";
import { changeAccount } from "./status.ts";

/** From the answer until the browser has come back. */
const WITHIN_MS = 10 * 60_000;

/** Of each provider one of its own: a code that another one gave is not taken for its. */
export const CALLBACK_PATH = "/v1/accounts/authorized/{provider}";

export interface Departure {
  /** Where the account's owner consents. */
  url: string;
  expiresAt: string;
  /** For a cookie, where a person asked for it in their browser. */
  browserToken?: string;
  maxAgeSeconds: number;
}

/** What the provider sends the browser back with. */
export const AuthorizedQuerySchema = z.lazy(() =>
  z.object({
    state: z.string().min(20).max(100).describe("Ours, as the provider was given it"),
    code: z.string().min(1).max(4_000).optional(),
    error: z.string().max(200).optional().describe("Why there is no code"),
  }),
);

/**
 * Begins a consent: whoever opens the answered address within ten minutes consents for this account, once. A person must
 * come back in the browser in which they began. Throws NotFoundError, and STATE_CONFLICT where there is nothing to consent to.
 */
export async function authorizeAccount(ctx: Context, id: string): Promise<Departure> {
  requirePermission(ctx, "accounts.write");
  const { account, connector, manifest, keeper } = await openAny(ctx, id, { urgency: "urgent" });
  const source = consentOf(connector);
  if (account.status === "disconnected" || !source)
    throw new AppError("STATE_CONFLICT", "There is nothing to authorize", {
      details: { id, provider: account.provider, status: account.status },
    });
  const state = consentSecret(ctx, "consent state", id);
  const browserToken = ctx.actor.kind === "user" ? consentSecret(ctx, "consent browser", id) : undefined;
  const { organizationId, currency, kind, id: actorId } = ctx.actor;
  const consent: Consent = {
    organizationId,
    currency,
    accountId: id,
    provider: account.provider,
    actor: { kind, id: actorId },
    ...(browserToken === undefined ? {} : { browser: hashOf(browserToken) }),
  };
  const endsAt = await keepConsent(ctx, state, consent, ctx.now() + WITHIN_MS);
  const { auth: authBase } = basesFor(manifest, account.settings, ctx.config);
  return {
    url: source.url(keeper.known(), { state, redirectUri: callbackUrl(ctx, account.provider), authBase }),
    expiresAt: new Date(endsAt).toISOString(),
    maxAgeSeconds: WITHIN_MS / 1_000,
    ...(browserToken === undefined ? {} : { browserToken }),
  };
}

/**
 * The browser has come back: the code becomes the account's token. A state is good once, whatever comes of it. Throws
 * UNAUTHENTICATED, in the same words whatever was wrong with it, STATE_CONFLICT where the owner refused, and what the
 * provider's answer means.
 */
export async function finishAuthorization(guest: Guest, provider: string, query: unknown): Promise<AccountView> {
  const asked = AuthorizedQuerySchema.safeParse(query);
  const { state = "", code } = asked.data ?? {};
  const consent = await findConsent(guest, state);
  const isTheirs = consent?.provider === provider && isSameBrowser(consent, guest.client.browserToken);
  if (!consent || !isTheirs || !(await useConsent(guest, state)))
    throw new AppError("UNAUTHENTICATED", "The authorization could not be completed: begin it anew");
  const { organizationId, currency, accountId } = consent;
  const actor = { ...consent.actor, organizationId, currency, permissions: new Set(["accounts.write"] as const) };
  const ctx = createContext(guest, { actor, requestId: guest.requestId });
  if (code === undefined)
    throw new AppError("STATE_CONFLICT", "The account's owner did not consent", { details: { id: accountId } });
  const { connector, keeper, tokenIo } = await openAny(ctx, accountId, { urgency: "urgent" });
  const source = consentOf(connector);
  if (!source) throw new Error("A consent was begun with a connector that has none");
  const token = await source.exchange(tokenIo, keeper.known(), { code, redirectUri: callbackUrl(guest, provider) });
  return keepAuthorization(ctx, accountId, token);
}

/** The token and the account's new state together. */
async function keepAuthorization(ctx: Context, id: string, token: Token): Promise<AccountView> {
  const account = await changeAccount(ctx, id, async ({ status, provider }) => {
    if (status === "disconnected")
      throw new AppError("STATE_CONFLICT", "The account is disconnected", { details: { id } });
    const before = openToken(ctx, id, await ctx.table.get(tokenKey(ctx, id), { consistent: true }));
    return {
      changes: { status: status === "paused" ? "paused" : "active", authorizedAt: timestamp(ctx), problem: null },
      writes: [
        { put: nextTokenItem(ctx, id, token, before), condition: sameGeneration(before.generation) },
        outboxWrite(ctx, "account.authorized", { accountId: id, provider }),
      ],
    };
  });
  return viewAccount(account, await readDefaults(ctx));
}

const consentOf = ({ tokens }: Connector) => tokens?.authorize;

const callbackUrl = ({ config }: Pick<Context, "config">, provider: string) =>
  `${config.publicUrl}${CALLBACK_PATH.replace("{provider}", provider)}`;

function isSameBrowser({ browser }: Consent, browserToken: string | undefined): boolean {
  if (browser === undefined) return true;
  if (browserToken === undefined) return false;
  return timingSafeEqual(Buffer.from(browser), Buffer.from(hashOf(browserToken)));
}
