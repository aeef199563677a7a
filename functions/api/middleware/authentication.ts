import type { Authenticator } from "../../../core/organizations/index.ts";
import type { Actor } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** The key's actor. Throws UNAUTHENTICATED, in the same words for a wrong key as for a revoked one. */
export async function authenticated(c: ApiContext, authenticator: Authenticator): Promise<Actor> {
  const header = c.req.header("authorization");
  if (header === undefined) {
    throw new AppError("UNAUTHENTICATED", "Send your API key as Authorization: Bearer sk_…");
  }
  const secret = BEARER.exec(header)?.[1];
  const actor = secret === undefined ? undefined : await authenticator.authenticate(secret);
  if (!actor) throw new AppError("UNAUTHENTICATED", "The API key is not valid");
  c.set("actor", actor);
  return actor;
}
