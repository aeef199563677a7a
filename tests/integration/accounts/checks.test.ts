import { describe, expect, it, onTestFinished } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { loseAuthorization } from "../../../core/accounts/status.ts";
import { CONNECTORS } from "../../../core/connectors/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { STAND_INS } from "../../../local/sandbox/stand-ins.ts";
import { workersFor } from "../../support/accounts.ts";

async function checked(ctx: Context, id: string) {
  const { checkRequestedAt: dueAt = "" } = await Accounts.requestCheck(ctx, id);
  const { organizationId } = ctx.actor;
  await Accounts.checkAccount(ctx, { kind: Accounts.CHECK_DUE, id, dueAt, organizationId, currency: "USD" });
  return Accounts.getAccount(ctx, id);
}

describe.each(CONNECTORS.map(({ name }) => name))("A check of an account at %s", (provider) => {
  it("asks the provider each time: what it refuses is not good and not active again, whatever token is kept", async () => {
    const standIn = STAND_INS.find(({ name }) => name === provider);
    if (!standIn) throw new Error("There is no stand-in of it");
    const sandbox = await standIn.start({ port: 0, saved: undefined, save: () => {} });
    onTestFinished(() => sandbox.stop());
    const ctx = workersFor({ [provider]: sandbox })();
    const { id } = await Accounts.createAccount(ctx, { provider, name: "Checked", ...standIn.account });
    expect(await checked(ctx, id)).toMatchObject({ status: "active", lastCheck: { isGood: true } });

    sandbox.faults.set([{ kind: "expiredToken" }]);
    await loseAuthorization(ctx, id, "its credentials are not taken");
    const refused = await checked(ctx, id);
    expect(refused).toMatchObject({ status: "needsAuthorization", lastCheck: { isGood: false } });
    expect(refused.problem).toBeDefined();

    sandbox.faults.set([]);
    const before = sandbox.calls.length;
    const healed = await checked(ctx, id);
    expect(healed).toMatchObject({ status: "active", lastCheck: { isGood: true } });
    expect(healed).not.toHaveProperty("problem");
    expect(sandbox.calls.length).toBeGreaterThan(before);
  });
});
