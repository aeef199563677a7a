import * as Organizations from "../organizations/index.ts";
import { type Guest, PERMISSIONS, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { contextOfUser, newSession, type SignIn } from "./begin-session.ts";
import type { Joining } from "./invitation-acceptance.ts";
import type { Member } from "./member.ts";
import { joinWrites } from "./member.store.ts";
import { badToken } from "./one-time-token.ts";
import { OWNER } from "./role.ts";
import type { Account } from "./user.ts";
import { createAccountWrites } from "./user.store.ts";

/** A person whose address was proven: by the link that was sent there, or by a provider. */
export interface Newcomer {
  email: string;
  name: string;
  passwordHash?: string;
}

export function newAccount(guest: Guest, { email, name, passwordHash }: Newcomer): Account {
  const at = timestamp(guest);
  const kept = passwordHash === undefined ? {} : { passwordHash };
  return { id: guest.newId("user"), email, name, epoch: 0, createdAt: at, updatedAt: at, ...kept };
}

/** Owner of an organisation that begins with them. */
export function founding(guest: Guest, userId: string, data: { name: string; currency: string }): Joining {
  const { organization, write } = Organizations.newOrganization(guest, data);
  const { id: organizationId, name: organizationName, currency } = organization;
  const ctx = contextOfUser(guest, userId, { organizationId, currency });
  const at = timestamp(guest);
  const member: Member = { id: userId, roleId: OWNER, currency, epoch: 0, version: 1, createdAt: at, updatedAt: at };
  return {
    membership: { organizationId, organizationName, currency },
    member,
    permissions: [...PERMISSIONS],
    writes: [
      write,
      ...joinWrites(ctx, member, organizationName),
      outboxWrite(ctx, "organization.created", { name: organizationName, currency }),
      outboxWrite(ctx, "member.joined", { userId, role: OWNER }),
    ],
  };
}

/**
 * Account, membership and first session in one transaction. `alsoWrites` are what proves who they are: a token that is
 * used up, a provider's identity. Throws STATE_CONFLICT where somebody has the address meanwhile, VALIDATION_ERROR where
 * a token was used meanwhile.
 */
export async function createAccount(
  guest: Guest,
  account: Account,
  method: string,
  joining: Joining,
  alsoWrites: Write[],
): Promise<SignIn> {
  const { membership, writes } = joining;
  const settled = { ...account, lastOrganizationId: membership.organizationId };
  const { write, signIn } = newSession(guest, settled, joining, method);
  const ctx = contextOfUser(guest, account.id, membership);
  const address = guest.client.address ?? null;
  try {
    await guest.table.transact([
      ...createAccountWrites(settled),
      ...alsoWrites,
      ...writes,
      write,
      outboxWrite(ctx, "user.registered", { userId: account.id, method }),
      outboxWrite(ctx, "session.started", { method, address }),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(0))
      throw new AppError("STATE_CONFLICT", "There is an account with this address: sign in", { cause: error });
    throw badToken();
  }
  return signIn;
}
