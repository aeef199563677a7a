import type { Departure as Authorization } from "../../core/accounts/index.ts";
import type { CurrentSession, Departure, SignIn } from "../../core/identity/index.ts";
import type { Config } from "../../core/platform/config.ts";
import type { ApiContext } from "./api-env.ts";
import { type Cookie, Redirect, WithCookies } from "./reply.ts";

const SESSION_GONE: Cookie = { name: "session", value: "", maxAgeSeconds: 0 };
const SIGN_IN_GONE: Cookie = { name: "sign-in", value: "", maxAgeSeconds: 0 };

/** What a verb of signing in returned: the cookie to the browser, the rest to the page. */
export function signedIn(
  { session, current }: SignIn,
  nowMs: number,
  answer: (current: CurrentSession) => unknown = (shown) => shown,
): WithCookies {
  return new WithCookies(answer(current), [sessionCookie(session, nowMs)]);
}

/** Back from a provider: on to where it began. */
export function returned(signIn: SignIn & { returnTo: string }, nowMs: number): WithCookies {
  return new WithCookies(new Redirect(signIn.returnTo), [sessionCookie(signIn.session, nowMs), SIGN_IN_GONE]);
}

/** Off to a provider. */
export function departing({ url, browserToken, maxAgeSeconds }: Departure): WithCookies {
  return new WithCookies({ url }, [{ name: "sign-in", value: browserToken, maxAgeSeconds }]);
}

/** Off to a provider for an account; a program has no cookie to come back with. */
export function authorizing({ url, expiresAt, browserToken, maxAgeSeconds }: Authorization): WithCookies {
  const cookies = browserToken === undefined ? [] : [{ name: "sign-in" as const, value: browserToken, maxAgeSeconds }];
  return new WithCookies({ url, expiresAt }, cookies);
}

export function signedOut(): WithCookies {
  return new WithCookies(undefined, [SESSION_GONE]);
}

/** The value of one of our cookies in a request. */
export function readCookie(c: ApiContext, config: Pick<Config, "secureCookies">, name: Cookie["name"]) {
  const header = c.req.header("cookie");
  if (header === undefined) return undefined;
  const start = `${prefixed(config, name)}=`;
  const found = header.split(";").find((part) => part.trimStart().startsWith(start));
  return found?.trim().slice(start.length);
}

/**
 * The line of Set-Cookie. The name's prefix has browsers refuse it from other hosts, paths and plain http. Lax, since
 * people come back from providers and from mails by links; what changes anything takes a token besides.
 */
export function cookieLine(config: Pick<Config, "secureCookies">, { name, value, maxAgeSeconds }: Cookie): string {
  const secure = config.secureCookies ? "; Secure" : "";
  return `${prefixed(config, name)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

function prefixed({ secureCookies }: Pick<Config, "secureCookies">, name: Cookie["name"]): string {
  return secureCookies ? `__Host-${name}` : name;
}

function sessionCookie({ token, endsAtMs }: SignIn["session"], nowMs: number): Cookie {
  return { name: "session", value: token, maxAgeSeconds: Math.max(0, Math.floor((endsAtMs - nowMs) / 1000)) };
}
