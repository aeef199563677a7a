import { describe, expect, it } from "vitest";
import * as Accounts from "../../core/accounts/index.ts";
import { budgetKey } from "../../core/accounts/budget/budget.store.ts";
import { credentialsKey, openCredentials, tokenKey } from "../../core/accounts/secret.store.ts";
import type { Context } from "../../core/platform/context.ts";
import type { Item } from "../../core/platform/table.ts";
import { DEATHS, diesAndRepeats, type Step } from "../support/dying.ts";

const WHOLESALE = { provider: "ownerclan", name: "Wholesale", credentials: { username: "demo", password: "one" } };

/** What there is of the organisation's accounts, their names freed or taken, and whether anything secret is left. */
async function outcome(ctx: Context) {
  const { items } = await Accounts.listAccounts(ctx, {});
  const kept = await Promise.all(
    items.map(async ({ id, name, status, version, isDefault, checkRequestedAt }) => {
      const secret = await ctx.table.get<Item>(credentialsKey(ctx, id), { consistent: true });
      const token = await ctx.table.get<Item>(tokenKey(ctx, id), { consistent: true });
      const budget = await ctx.table.get<Item>(budgetKey(ctx.actor.organizationId, id), { consistent: true });
      return {
        name,
        status,
        version,
        isDefault,
        isCheckDue: checkRequestedAt !== undefined,
        credentials: secret && openCredentials(ctx, id, secret),
        hasToken: token?.["sealed"] !== undefined,
        hasBudget: budget !== undefined,
      };
    }),
  );
  const isNameFree = await Accounts.createAccount(ctx, WHOLESALE).then(
    () => true,
    () => false,
  );
  return { kept, isNameFree };
}

const account = async (ctx: Context) => (await Accounts.createAccount(ctx, WHOLESALE)).id;

const STEPS: Record<string, Step<string | undefined>> = {
  connect: {
    prepare: async () => undefined,
    run: (ctx) => Accounts.createAccount(ctx, WHOLESALE),
    outcome,
  },
  "ask for a check": {
    prepare: account,
    run: (ctx, id = "") => Accounts.requestCheck(ctx, id),
    outcome,
  },
  disconnect: {
    prepare: account,
    run: (ctx, id = "") => Accounts.disconnectAccount(ctx, id),
    outcome,
  },
};

describe.each(Object.keys(STEPS))("To %s", (name) => {
  const step = STEPS[name];
  if (!step) throw new Error(`There is no step ${name}`);

  it.each(DEATHS)("is done once and whole, whichever store call its process died %s", async (death) => {
    const undisturbed = await diesAndRepeats(step, Number.POSITIVE_INFINITY, death);
    expect(undisturbed.calls.length).toBeGreaterThan(1);
    for (let fatal = 1; fatal <= undisturbed.calls.length; fatal++) {
      const { outcome: found } = await diesAndRepeats(step, fatal, death);
      expect(found, `killed ${death} call ${fatal}`).toEqual(undisturbed.outcome);
    }
  });
});
