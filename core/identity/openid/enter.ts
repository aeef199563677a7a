import type { Guest } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { guestEventWrite } from "../../platform/events.ts";
import type { OrganizationId } from "../../platform/ids.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { beginSession, type SignIn } from "../begin-session.ts";
import { EmailSchema } from "../email.ts";
import { acceptFor, findInvitation, joiningOf } from "../invitation-acceptance.ts";
import { createAccount, founding, newAccount } from "../new-account.ts";
import { requireRegistration } from "../registration.ts";
import type { Account } from "../user.ts";
import { findAccount, findAccountByEmail } from "../user.store.ts";
import type { Claims } from "./client.ts";
import { findLinked, linkWrites } from "./identity.store.ts";
import type { Journey } from "./journey.ts";

/**
 * Whoever the provider vouches for comes in: as who they were the last time; else, by an address that the provider has
 * verified, as who has it here; else as somebody new, where the journey says to which organisation. Throws FORBIDDEN
 * without a verified address, and for somebody new who goes nowhere.
 */
export async function enter(guest: Guest, provider: string, claims: Claims, journey: Journey): Promise<SignIn> {
  const { invitationToken } = journey;
  const linked = await findLinked(guest, claims);
  const known = linked === undefined ? undefined : await findAccount(guest, linked);
  const account = known ?? (await byAddress(guest, provider, claims));
  if (!account) return welcome(guest, provider, claims, journey);
  const joined = invitationToken === undefined ? undefined : await acceptFor(guest, account, invitationToken);
  return beginSession(guest, account, provider, joined);
}

/** Links the account that has the address. Every account's address was proven here, so both sides are sure of it. */
async function byAddress(guest: Guest, provider: string, claims: Claims): Promise<Account | undefined> {
  const account = await findAccountByEmail(guest, verifiedAddress(claims));
  if (!account) return undefined;
  const organizationId = account.lastOrganizationId as OrganizationId | undefined;
  const event = guestEventWrite(guest, organizationId, "user.linked", { userId: account.id, provider });
  try {
    await guest.table.transact([...linkWrites(account.id, provider, claims), event]);
  } catch (error) {
    // The same person came twice at once: the other request has linked them.
    if (!(error instanceof TransactionCanceled && error.failedAt(0))) throw error;
  }
  return account;
}

async function welcome(guest: Guest, provider: string, claims: Claims, journey: Journey): Promise<SignIn> {
  const { invitationToken, organization } = journey;
  const email = verifiedAddress(claims);
  const account = newAccount(guest, { email, name: (claims.name ?? email).slice(0, 100) });
  const link = linkWrites(account.id, provider, claims);
  if (invitationToken !== undefined) {
    await requireRegistration(guest);
    const facts = await findInvitation(guest, invitationToken);
    if (facts.email !== email)
      throw new AppError("FORBIDDEN", "The invitation was sent to another address than the provider knows you by");
    const joining = await joiningOf(guest, account.id, invitationToken, facts);
    return createAccount(guest, account, provider, joining, link);
  }
  if (!organization)
    throw new AppError("FORBIDDEN", "There is no account with this address: register, or ask to be invited");
  await requireRegistration(guest);
  return createAccount(guest, account, provider, founding(guest, account.id, organization), link);
}

function verifiedAddress({ email, isEmailVerified }: Claims): string {
  const address = EmailSchema.safeParse(email);
  if (!isEmailVerified || !address.success)
    throw new AppError("FORBIDDEN", "The provider has not verified your e-mail address");
  return address.data;
}
