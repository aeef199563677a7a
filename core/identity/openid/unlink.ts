import type { Context } from "../../platform/context.ts";
import { AppError, NotFoundError } from "../../platform/errors.ts";
import { outboxWrite } from "../../platform/events.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { own } from "../sessions.ts";
import { linksOf, unlinkWrites } from "./identity.store.ts";

/**
 * Takes a provider from the person who asks: it does not let them in any more, until it vouches for their address anew.
 * Throws NOT_FOUND; STATE_CONFLICT where it is the only way in that they have.
 */
export async function unlinkProvider(ctx: Context, provider: string): Promise<void> {
  const { account } = await own(ctx);
  const links = await linksOf(ctx, account.id);
  const link = links.find((one) => one.provider === provider);
  if (!link) throw new NotFoundError("Provider", provider);
  if (account.passwordHash === undefined && links.length === 1)
    throw new AppError("STATE_CONFLICT", "It is your only way in: set a password first, by a reset", {
      details: { provider },
    });
  const event = outboxWrite(ctx, "user.unlinked", { userId: account.id, provider });
  try {
    await ctx.table.transact([...unlinkWrites(account.id, link), event]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) throw new NotFoundError("Provider", provider);
    throw error;
  }
}
