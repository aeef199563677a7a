import * as z from "zod";
import { type Context, type Guest, timestamp } from "../platform/context.ts";
import { ValidationError } from "../platform/errors.ts";
import { guestEventWrite, outboxWrite } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { mailWrite, noMailWrite } from "../platform/mail.ts";
import { parse } from "../platform/parse.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { placeOf, type SignIn, signInOf } from "./begin-session.ts";
import { EmailSchema } from "./email.ts";
import { passwordChangedMail, resetMail } from "./mails.ts";
import { membershipsOf } from "./member.store.ts";
import { badToken, findToken, newOneTimeToken, TokenSchema, tokenWrite, useTokenWrite } from "./one-time-token.ts";
import { hashPassword, NewPasswordSchema, PasswordSchema, verifyPassword } from "./password.ts";
import { replaceSessionWrite } from "./session.store.ts";
import { own, rotate, whileOpen } from "./sessions.ts";
import { findAccount, findAccountByEmail, passwordWrite } from "./user.store.ts";

const RESET_WITHIN_MS = 3600_000;

export const RequestResetSchema = z.lazy(() => z.object({ email: EmailSchema }).strict());

export const ResetPasswordSchema = z.lazy(() => z.object({ token: TokenSchema, password: NewPasswordSchema }).strict());

export const ChangePasswordSchema = z.lazy(() =>
  z.object({ currentPassword: PasswordSchema, newPassword: NewPasswordSchema }).strict(),
);

/** The account as it was when the link was sent. */
interface Reset extends Record<string, unknown> {
  userId: string;
  epoch: number;
}

/** Sends a link where there is an account; says and does as much where there is none. */
export async function requestPasswordReset(guest: Guest, input: unknown): Promise<void> {
  const { email } = parse(RequestResetSchema, input);
  const account = await findAccountByEmail(guest, email);
  const token = newOneTimeToken();
  const facts: Reset = { userId: account?.id ?? "nobody", epoch: account?.epoch ?? 0 };
  const organizationId = account?.lastOrganizationId as OrganizationId | undefined;
  const event = { userId: account?.id ?? null, address: guest.client.address ?? null };
  await guest.table.transact([
    tokenWrite(guest, "reset", token, facts, RESET_WITHIN_MS),
    account ? mailWrite(guest, resetMail(guest.config, { to: account.email, token })) : noMailWrite(guest),
    guestEventWrite(guest, organizationId, "password.resetRequested", event),
  ]);
}

/**
 * Sets a new password by a mailed token and ends every session. Throws VALIDATION_ERROR for a token that is unknown,
 * used, too old, or older than the last change of the password.
 */
export async function resetPassword(guest: Guest, input: unknown): Promise<void> {
  const { token, password } = parse(ResetPasswordSchema, input);
  const facts = await findToken<Reset>(guest, "reset", token);
  const account = facts && (await findAccount(guest, facts.userId));
  if (!account || account.epoch !== facts.epoch) throw badToken();
  const hash = await hashPassword(password, guest.config.passwordCost);
  const organizationId = account.lastOrganizationId as OrganizationId | undefined;
  try {
    await guest.table.transact([
      useTokenWrite(token),
      passwordWrite(account, hash, timestamp(guest)),
      mailWrite(guest, passwordChangedMail(account.email)),
      guestEventWrite(guest, organizationId, "password.reset", { userId: account.id }),
    ]);
  } catch (error) {
    if (error instanceof TransactionCanceled) throw badToken();
    throw error;
  }
}

/**
 * Changes the signed-in person's password, ends all their other sessions, and goes on under a new token. Throws
 * VALIDATION_ERROR where the current password is wrong.
 */
export async function changePassword(ctx: Context, input: unknown): Promise<SignIn> {
  const { currentPassword, newPassword } = parse(ChangePasswordSchema, input);
  const { account, session } = await own(ctx);
  const { passwordCost } = ctx.config;
  if (!(await verifyPassword(currentPassword, account.passwordHash, passwordCost)).isRight) {
    const fault = { path: "currentPassword", code: "wrong_password", message: "is not your password" };
    await ctx.table.transact([outboxWrite(ctx, "password.changeRefused", { userId: account.id })]);
    throw new ValidationError([fault]);
  }
  const hash = await hashPassword(newPassword, passwordCost);
  const membership = (await membershipsOf(ctx, account.id)).find(
    ({ organizationId }) => organizationId === session.organizationId,
  );
  if (!membership) throw badToken();
  const place = await placeOf(ctx, account.id, membership);
  const rotated = rotate(ctx, session, { userEpoch: account.epoch + 1 });
  await whileOpen(
    ctx.table.transact([
      replaceSessionWrite(rotated.session),
      passwordWrite(account, hash, timestamp(ctx)),
      mailWrite(ctx, passwordChangedMail(account.email)),
      outboxWrite(ctx, "password.changed", { userId: account.id }),
    ]),
  );
  return signInOf(ctx, account, place, rotated.session, rotated.token);
}
