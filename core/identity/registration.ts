import * as z from "zod";
import * as Organizations from "../organizations/index.ts";
import type { Guest } from "../platform/context.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import { guestEventWrite } from "../platform/events.ts";
import { isEnabled } from "../platform/features.ts";
import { mailWrite } from "../platform/mail.ts";
import { parse } from "../platform/parse.ts";
import type { SignIn } from "./begin-session.ts";
import { EmailSchema, PersonNameSchema } from "./email.ts";
import { findInvitation, joiningOf } from "./invitation-acceptance.ts";
import { alreadyRegisteredMail, registrationMail } from "./mails.ts";
import { createAccount, founding, newAccount } from "./new-account.ts";
import { badToken, findToken, newOneTimeToken, TokenSchema, tokenWrite, useTokenWrite } from "./one-time-token.ts";
import { hashPassword, NewPasswordSchema } from "./password.ts";
import { findAccountByEmail } from "./user.store.ts";

const CONFIRM_WITHIN_MS = 24 * 3600_000;

export const RegisterSchema = z.lazy(() =>
  z
    .object({
      email: EmailSchema,
      name: PersonNameSchema,
      password: NewPasswordSchema,
      organization: Organizations.CreateOrganizationSchema.unwrap().optional().describe("One to begin"),
      invitationToken: TokenSchema.optional().describe("Of an invitation to one that is there"),
    })
    .strict()
    .refine(
      ({ organization, invitationToken }) => (organization === undefined) !== (invitationToken === undefined),
      "name an organization to begin, or an invitationToken",
    ),
);

export const VerifyEmailSchema = z.lazy(() => z.object({ token: TokenSchema }).strict());

/** What waits for its address to be confirmed. */
interface Pending extends Record<string, unknown> {
  email: string;
  name: string;
  passwordHash: string;
  organization: { name: string; currency: string };
}

/**
 * Opens an account. With an invitation, whose mail has proven the address, at once: returns the sign-in. Otherwise the
 * account and its organisation begin when the address is confirmed, so nobody can occupy another's; what is answered,
 * and how long that takes, does not tell whether there is an account already. Throws FEATURE_DISABLED while strangers
 * may not register.
 */
export async function register(guest: Guest, input: unknown): Promise<SignIn | undefined> {
  await requireRegistration(guest);
  const { email, name, password, organization, invitationToken } = parse(RegisterSchema, input);
  if (invitationToken !== undefined) return registerInvited(guest, { email, name, password, invitationToken });
  const passwordHash = await hashPassword(password, guest.config.passwordCost);
  const account = await findAccountByEmail(guest, email);
  const token = newOneTimeToken();
  const pending = { email, name, passwordHash, organization };
  await guest.table.transact([
    // Also for who has an account: a token that nobody is sent, so that both cost the same.
    tokenWrite(guest, "register", token, pending, CONFIRM_WITHIN_MS),
    mailWrite(
      guest,
      account ? alreadyRegisteredMail(guest.config, email) : registrationMail(guest.config, { to: email, token }),
    ),
    guestEventWrite(guest, undefined, "registration.requested", { address: guest.client.address ?? null }),
  ]);
  return undefined;
}

/** Throws FEATURE_DISABLED while strangers may not register. */
export async function requireRegistration(guest: Guest): Promise<void> {
  if (await isEnabled(guest, "enable_user_registration")) return;
  throw new AppError("FEATURE_DISABLED", "User registration temporarily disabled");
}

async function registerInvited(
  guest: Guest,
  {
    email,
    name,
    password,
    invitationToken,
  }: { email: string; name: string; password: string; invitationToken: string },
): Promise<SignIn> {
  const facts = await findInvitation(guest, invitationToken);
  if (facts.email !== email) {
    const message = "must be the address that the invitation was sent to";
    throw new ValidationError([{ path: "email", code: "other_address", message }]);
  }
  const passwordHash = await hashPassword(password, guest.config.passwordCost);
  const account = newAccount(guest, { email, name, passwordHash });
  const joining = await joiningOf(guest, account.id, invitationToken, facts);
  return createAccount(guest, account, "password", joining, []);
}

/**
 * Confirms an address: begins the account, its organisation and a session. Throws VALIDATION_ERROR for a token that is
 * unknown, used or too old; STATE_CONFLICT where the address has an account meanwhile.
 */
export async function verifyEmail(guest: Guest, input: unknown): Promise<SignIn> {
  const { token } = parse(VerifyEmailSchema, input);
  const pending = await findToken<Pending>(guest, "register", token);
  if (!pending) throw badToken();
  const { email, name, passwordHash, organization } = pending;
  const account = newAccount(guest, { email, name, passwordHash });
  return createAccount(guest, account, "password", founding(guest, account.id, organization), [useTokenWrite(token)]);
}
