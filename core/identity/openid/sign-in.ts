import * as z from "zod";
import * as Organizations from "../../organizations/index.ts";
import type { Guest } from "../../platform/context.ts";
import { AppError, NotFoundError } from "../../platform/errors.ts";
import { guestEventWrite } from "../../platform/events.ts";
import type { OpenIdProvider } from "../../platform/openid-providers.ts";
import { parse } from "../../platform/parse.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import type { SignIn } from "../begin-session.ts";
import { findToken, newOneTimeToken, TokenSchema, tokenHash, tokenWrite, useTokenWrite } from "../one-time-token.ts";
import { isSame } from "../session.ts";
import { callbackUrl, type Claims, type Expected, OpenIdRefused } from "./client.ts";
import { enter } from "./enter.ts";
import type { Journey } from "./journey.ts";
import { openIdClient } from "./late-client.ts";
import { ReturnToSchema } from "./return-to.ts";

/** From the page that sends the browser away until it comes back. */
const SIGN_IN_WITHIN_MS = 10 * 60_000;

export const StartOpenIdSchema = z.lazy(() =>
  z
    .object({
      returnTo: ReturnToSchema.default("/"),
      invitationToken: TokenSchema.optional().describe("Of an invitation to accept on the way"),
      organization: Organizations.CreateOrganizationSchema.unwrap()
        .optional()
        .describe("One to begin, for who has no account yet"),
    })
    .strict(),
);

export interface Departure {
  /** Where the browser goes. */
  url: string;
  browserToken: string;
  maxAgeSeconds: number;
}

/** With whom one can sign in. */
export function listProviders({ config }: Pick<Guest, "config">): { items: { id: string; name: string }[] } {
  return { items: config.openIdProviders.map(({ id, name }) => ({ id, name })) };
}

/** Begins a sign-in with a provider. Throws NOT_FOUND; VALIDATION_ERROR for a way back that is not ours. */
export async function startOpenId(guest: Guest, providerId: string, input: unknown): Promise<Departure> {
  const provider = requireProvider(guest, providerId);
  const { returnTo, invitationToken, organization } = parse(StartOpenIdSchema, input);
  const [state, nonce, codeVerifier, browserToken] = [1, 2, 3, 4].map(newOneTimeToken) as [
    string,
    string,
    string,
    string,
  ];
  const journey: Journey = {
    provider: provider.id,
    nonce,
    codeVerifier,
    browser: tokenHash(browserToken),
    returnTo,
    ...(invitationToken === undefined ? {} : { invitationToken }),
    ...(organization === undefined ? {} : { organization }),
  };
  const client = await openIdClient(guest, provider);
  const url = await client.authorizationUrl({ state, nonce, codeVerifier });
  await guest.table.transact([tokenWrite(guest, "openid", state, journey, SIGN_IN_WITHIN_MS)]);
  return { url, browserToken, maxAgeSeconds: SIGN_IN_WITHIN_MS / 1000 };
}

/**
 * The browser has come back. Throws UNAUTHENTICATED, in the same words whatever was wrong: a state that is unknown, used,
 * too old, of another browser or provider; a code, issuer, nonce or verifier that does not fit. Each is an event.
 */
export async function finishOpenId(
  guest: Guest,
  providerId: string,
  query: Record<string, string>,
): Promise<SignIn & { returnTo: string }> {
  const provider = requireProvider(guest, providerId);
  try {
    const { journey, expected } = await takeUp(guest, provider, query["state"]);
    const claims = await askProvider(guest, provider, query, expected);
    const signIn = await enter(guest, provider.id, claims, journey);
    const { publicUrl, consoleUrl } = guest.config;
    return { ...signIn, returnTo: new URL(journey.returnTo, consoleUrl ?? publicUrl).href };
  } catch (error) {
    throw await refused(guest, provider.id, error);
  }
}

/** Tells what was refused, and words it for the caller. What is no refusal stays what it is. */
async function refused(guest: Guest, provider: string, error: unknown): Promise<unknown> {
  if (error instanceof AppError && error.code === "FORBIDDEN") {
    await tell(guest, provider, error.message, error);
    return error;
  }
  if (!(error instanceof OpenIdRefused)) return error;
  await tell(guest, provider, error.reason, error.cause);
  return new AppError("UNAUTHENTICATED", "The sign-in could not be completed: begin it anew", { cause: error });
}

async function tell(guest: Guest, provider: string, reason: string, cause: unknown): Promise<void> {
  guest.log.warn("A sign-in with a provider was refused", { provider, reason, cause });
  const event = { method: provider, reason, address: guest.client.address ?? null };
  await guest.table.transact([guestEventWrite(guest, undefined, "session.refused", event)]);
}

/** Uses the state up before anything is asked: what comes with it has one try, whatever becomes of it. */
async function takeUp(
  guest: Guest,
  provider: OpenIdProvider,
  state: string | undefined,
): Promise<{ journey: Journey; expected: Expected }> {
  const journey = state === undefined ? undefined : await findToken<Journey>(guest, "openid", state);
  if (state === undefined || !journey) throw new OpenIdRefused("unknown state");
  const { browserToken } = guest.client;
  // Another browser does not use it up: the one that began may still come.
  if (browserToken === undefined || !isSame(tokenHash(browserToken), journey.browser))
    throw new OpenIdRefused("another browser");
  try {
    await guest.table.transact([useTokenWrite(state)]);
  } catch (error) {
    if (error instanceof TransactionCanceled) throw new OpenIdRefused("state used twice", error);
    throw error;
  }
  if (journey.provider !== provider.id) throw new OpenIdRefused("another provider");
  return { journey, expected: { state, nonce: journey.nonce, codeVerifier: journey.codeVerifier } };
}

async function askProvider(
  guest: Guest,
  provider: OpenIdProvider,
  query: Record<string, string>,
  expected: Expected,
): Promise<Claims> {
  const callback = new URL(callbackUrl(guest.config.publicUrl, provider.id));
  callback.search = new URLSearchParams(query).toString();
  const client = await openIdClient(guest, provider);
  const claims = await client.claims(callback, expected);
  if (claims.issuer !== provider.issuer) throw new OpenIdRefused("another issuer");
  return claims;
}

function requireProvider({ config }: Pick<Guest, "config">, id: string): OpenIdProvider {
  const provider = config.openIdProviders.find((one) => one.id === id);
  if (!provider) throw new NotFoundError("Provider", id);
  return provider;
}
