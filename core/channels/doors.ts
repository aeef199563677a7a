import * as Accounts from "../accounts/index.ts";
import { type Connection, type Connector, NotAuthorizedError, type Urgency } from "../connectors/index.ts";
import { type Context, systemActor } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";

/** How the organisation's accounts are found and opened; a test gives its own. */
export interface Doors {
  accountFor(ctx: Context, provider: string): Promise<{ id: string; provider: string } | undefined>;
  openAccount(
    ctx: Context,
    accountId: string,
    options: { urgency: Urgency },
  ): Promise<{ connector: Connector; connection: Connection }>;
}

export const DOORS: Doors = { accountFor: Accounts.accountFor, openAccount: Accounts.openAccount };

/** Whose it is at all: whoever may have orders read need not be allowed to look at accounts. Throws NOT_FOUND. */
export async function findAccount(ctx: Context, id: string): Promise<{ id: string; provider: string }> {
  const { organizationId, currency } = ctx.actor;
  return Accounts.getAccount({ ...ctx, actor: systemActor(organizationId, currency, "system:channels") }, id);
}

export interface Reason {
  code: string;
  message: string;
}

export const noAccount = (title: string): Reason => ({
  code: "NO_ACCOUNT",
  message: `There is no active account of ${title}: connect one, or authorize it anew; it will be told then`,
});

/** What a person has to mend at the account before anything can be sent; undefined for every other fault. */
export function accountFault(error: unknown): Reason | undefined {
  if (error instanceof NotAuthorizedError) return { code: "NOT_AUTHORIZED", message: error.message };
  if (error instanceof AppError && error.code === "STATE_CONFLICT")
    return { code: "ACCOUNT_NOT_ACTIVE", message: error.message };
  return undefined;
}

/** What may be shown of a fault; of what is no error of ours nothing of its text. */
export function reasonOf(error: unknown): Reason {
  const known = error instanceof AppError ? error : undefined;
  return { code: known?.code ?? "CONNECTOR_FAULT", message: known?.message ?? "The connector failed" };
}
