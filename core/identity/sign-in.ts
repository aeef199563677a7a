import * as z from "zod";
import type { Context, Guest } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { guestEventWrite, outboxWrite } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { beginSession, requireUser, type SignIn } from "./begin-session.ts";
import { EmailSchema } from "./email.ts";
import { acceptFor } from "./invitation-acceptance.ts";
import { TokenSchema } from "./one-time-token.ts";
import { hashPassword, PasswordSchema, verifyPassword } from "./password.ts";
import { sessionKey } from "./session.store.ts";
import type { Account } from "./user.ts";
import { findAccountByEmail, rehashWrite } from "./user.store.ts";

export const LoginSchema = z.lazy(() =>
  z
    .object({
      email: EmailSchema,
      password: PasswordSchema,
      organizationId: IdSchema.optional().describe("Where to; without it, where the person was last"),
      invitationToken: TokenSchema.optional().describe("Of an invitation to accept on the way"),
    })
    .strict(),
);

/**
 * Signs somebody in by password. Throws UNAUTHENTICATED in the same words, after the same work, whether the address is
 * unknown, the password wrong, or the address not confirmed yet.
 */
export async function login(guest: Guest, input: unknown): Promise<SignIn> {
  const { email, password, organizationId, invitationToken } = parse(LoginSchema, input);
  const account = await findAccountByEmail(guest, email);
  const { passwordCost } = guest.config;
  const { isRight, outdated } = await verifyPassword(password, account?.passwordHash, passwordCost);
  if (!account || !isRight) {
    await noteFailure(guest, account);
    throw new AppError(
      "UNAUTHENTICATED",
      "The e-mail address or the password is wrong, or the address is not confirmed yet",
    );
  }
  if (outdated) await guest.table.transact([rehashWrite(account, await hashPassword(password, passwordCost))]);
  const joined = invitationToken === undefined ? undefined : await acceptFor(guest, account, invitationToken);
  return beginSession(guest, account, "password", joined ?? organizationId);
}

/** One write for whoever it was. */
async function noteFailure(guest: Guest, account: Account | undefined): Promise<void> {
  const organizationId = account?.lastOrganizationId as OrganizationId | undefined;
  const data = { method: "password", userId: account?.id ?? null, address: guest.client.address ?? null };
  await guest.table.transact([guestEventWrite(guest, organizationId, "session.refused", data)]);
}

/** Ends the session that asks: no request is accepted with it from five seconds later on. */
export async function logout(ctx: Context): Promise<void> {
  const { userId, sessionId } = requireUser(ctx);
  const event = outboxWrite(ctx, "session.ended", { sessionId, userId });
  await ctx.table.transact([{ remove: sessionKey(userId, sessionId) }, event]);
}
