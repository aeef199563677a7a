import type { SessionAuthenticator } from "../../../core/identity/index.ts";
import type { Authenticator } from "../../../core/organizations/index.ts";
import type { Config } from "../../../core/platform/config.ts";
import type { Actor } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";
import { readCookie } from "../cookies.ts";
import { requireCsrfToken } from "./csrf.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** Who can say who a caller is. */
export interface Doors {
  keys: Authenticator;
  /** Its code comes with the first cookie: callers with keys do not pay for it. */
  sessions: () => Promise<SessionAuthenticator>;
}

/** The key's or the session's actor. Throws UNAUTHENTICATED, in the same words for what is wrong as for what was revoked. */
export async function authenticated(c: ApiContext, doors: Doors, config: Config): Promise<Actor> {
  const header = c.req.header("authorization");
  if (header === undefined) return bySession(c, doors, config);
  const secret = BEARER.exec(header)?.[1];
  const actor = secret === undefined ? undefined : await doors.keys.authenticate(secret);
  if (!actor) throw new AppError("UNAUTHENTICATED", "The API key is not valid");
  c.set("actor", actor);
  return actor;
}

async function bySession(c: ApiContext, { sessions }: Doors, config: Config): Promise<Actor> {
  const token = readCookie(c, config, "session");
  if (token === undefined || token === "")
    throw new AppError("UNAUTHENTICATED", "Send your API key as Authorization: Bearer sk_…, or sign in");
  const signedIn = await (await sessions()).authenticate(token);
  if (!signedIn) throw new AppError("UNAUTHENTICATED", "The session is over: sign in again");
  c.set("actor", signedIn.actor);
  requireCsrfToken(c, signedIn.csrfToken);
  return signedIn.actor;
}
