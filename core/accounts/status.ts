import { type Context, timestamp } from "../platform/context.ts";
import { outboxWrite } from "../platform/events.ts";
import { revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import type { Account } from "./account.ts";
import { accounts } from "./account.store.ts";

const ATTEMPTS = 5;

export const WHAT = "Account";

interface Wanted {
  /** What is null goes. */
  changes: { [Name in keyof Account]?: Account[Name] | null };
  writes: Write[];
}

/**
 * Changes an account on behalf of work, not of a person: whoever changes it at the same time is not told of a conflict,
 * the change is made upon theirs. `change` returns undefined where nothing is to be done. `change` may be asked several times.
 */
export async function changeAccount(
  ctx: Context,
  id: string,
  change: (account: Account) => Wanted | undefined | Promise<Wanted | undefined>,
): Promise<Account> {
  for (let attempt = 1; ; attempt++) {
    const account = await accounts.get(ctx, id);
    const wanted = await change(account);
    if (!wanted) return account;
    const revised = revise(ctx, WHAT, account, wanted.changes as Partial<Account>);
    try {
      await ctx.table.transact([accounts.replaceWrite(ctx, revised), ...wanted.writes]);
      return revised;
    } catch (error) {
      if (attempt < ATTEMPTS && error instanceof TransactionCanceled) continue;
      throw error;
    }
  }
}

/** No call leaves for the account until a person has authorized it anew. */
export async function loseAuthorization(ctx: Context, id: string, message: string): Promise<void> {
  await changeAccount(ctx, id, (account) => {
    if (account.status !== "active") return undefined;
    ctx.log.warn("An account needs a new authorization", { provider: account.provider, accountId: id });
    return {
      changes: { status: "needsAuthorization", problem: { message, at: timestamp(ctx) } },
      writes: [
        outboxWrite(ctx, "account.authorizationLost", { accountId: id, provider: account.provider, reason: message }),
      ],
    };
  });
}
