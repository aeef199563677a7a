import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { type DueWork, dueRemoval, dueWrite } from "../platform/due.ts";
import { AppError } from "../platform/errors.ts";
import { OutboundError, PermanentError } from "../platform/http/errors.ts";
import { type AccountView, viewAccount } from "./account.ts";
import { accounts, readDefaults } from "./account.store.ts";
import { openAny } from "./open.ts";
import { changeAccount } from "./status.ts";

export const CHECK_DUE = "account-check";

/** A check holds up what else is due at the time: it waits for nobody long. */
const TIMEOUT_MS = 5_000;

/**
 * Asks for a check: within a minute it is seen whether the provider takes what the account signs in with, and
 * `lastCheck` says so. Asked for again before that, it is the same check. Throws NotFoundError, STATE_CONFLICT.
 */
export async function requestCheck(ctx: Context, id: string): Promise<AccountView> {
  requirePermission(ctx, "accounts.write");
  const account = await changeAccount(ctx, id, ({ status, checkRequestedAt }) => {
    if (status === "disconnected")
      throw new AppError("STATE_CONFLICT", "The account is disconnected", { details: { id, status } });
    if (checkRequestedAt !== undefined) return undefined;
    const at = timestamp(ctx);
    return { changes: { checkRequestedAt: at }, writes: [dueWrite(ctx, { kind: CHECK_DUE, id, dueAt: at })] };
  });
  return viewAccount(account, await readDefaults(ctx));
}

/** Makes the provider's lightest call. An account that is taken again is active again. */
export const checkAccount: DueWork = async (ctx, due) => {
  const account = await accounts.find(ctx, due.id);
  if (!account || account.status === "disconnected") {
    await ctx.table.transact([dueRemoval(ctx, due)]);
    return false;
  }
  const failure = await failureOf(ctx, due.id);
  let isOurs = false;
  await changeAccount(ctx, due.id, ({ status, checkRequestedAt }) => {
    isOurs = checkRequestedAt !== undefined;
    if (!isOurs) return undefined;
    const lastCheck = { at: timestamp(ctx), isGood: failure === undefined, ...(failure ? { message: failure } : {}) };
    const healed = failure === undefined && status === "needsAuthorization" ? { status: "active" as const } : {};
    const gone = failure === undefined ? { problem: null } : {};
    return {
      changes: { checkRequestedAt: null, lastCheck, ...healed, ...gone },
      writes: [dueRemoval(ctx, due)],
    };
  });
  if (!isOurs) await ctx.table.transact([dueRemoval(ctx, due)]);
  return isOurs;
};

/** Why the account is not good; undefined where it is. Words of ours, which name no address and no credential. */
async function failureOf(ctx: Context, id: string): Promise<string | undefined> {
  try {
    const { account, connector, connection } = await openAny(ctx, id, { urgency: "urgent", timeoutMs: TIMEOUT_MS });
    // What nobody was asked about must not pass for good.
    if (!connector.check) throw new PermanentError(account.provider, "has no call to check an account by");
    await connector.check(connection);
    return undefined;
  } catch (error) {
    if (error instanceof OutboundError) return error.message;
    throw error;
  }
}
