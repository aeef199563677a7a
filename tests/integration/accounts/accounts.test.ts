import { describe, expect, it } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { budgetKey, readBudget } from "../../../core/accounts/budget/budget.store.ts";
import { credentialsKey, openCredentials, tokenKey } from "../../../core/accounts/secret.store.ts";
import { PERMISSIONS } from "../../../core/platform/context.ts";
import { runDue } from "../../../core/platform/due.ts";
import { STOCKX_DEMO } from "../../../local/sandbox/stockx/server.ts";
import { connectStockx, STOCKX_APPLICATION, stockx, workersFor } from "../../support/accounts.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";

const OWNERCLAN = {
  provider: "ownerclan",
  name: "Wholesale",
  credentials: { username: "demo", password: "demo-password" },
};

describe("An account", () => {
  it("is connected with its credentials sealed, and answers show only which there are", async () => {
    const ctx = cloudContext();
    const account = await Accounts.createAccount(ctx, OWNERCLAN);
    expect(account).toEqual({
      id: expect.stringMatching(/^acc_/),
      version: 1,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      provider: "ownerclan",
      name: "Wholesale",
      status: "active",
      settings: {},
      credentials: ["password", "username"],
      isDefault: true,
    });
    const item = await ctx.table.get(credentialsKey(ctx, account.id), { consistent: true });
    expect(JSON.stringify(item)).not.toContain("demo-password");
    expect(openCredentials(ctx, account.id, item)).toEqual(OWNERCLAN.credentials);
    expect(await Accounts.getAccount(ctx, account.id)).toEqual(account);
    expect((await Accounts.listAccounts(ctx, {})).items).toEqual([account]);
  });

  it("is made once, however often it is asked for with one key", async () => {
    const actor = testActor();
    const again = () => cloudContext({ actor, idempotencyKey: "connect" });
    const first = await Accounts.createAccount(again(), OWNERCLAN);
    expect(await Accounts.createAccount(again(), OWNERCLAN)).toEqual(first);
    const other = { ...OWNERCLAN, credentials: { ...OWNERCLAN.credentials, password: "another" } };
    await expect(Accounts.createAccount(again(), other)).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    expect((await Accounts.listAccounts(again(), {})).items).toHaveLength(1);
  });

  it("says every field that its provider does not take, wants, or wants otherwise, and no value", async () => {
    const input = {
      provider: "stockx",
      name: "Main account",
      credentials: { clientId: "not an id\n", clientSecret: "a", secretOfMine: "marker-value" },
      settings: { currency: "marker-value" },
    };
    const error: unknown = await Accounts.createAccount(cloudContext(), input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "VALIDATION_ERROR" });
    const { faults } = error as { faults: { path: string }[] };
    expect(faults.map(({ path }) => path).sort()).toEqual([
      "credentials.apiKey",
      "credentials.clientId",
      "credentials.secretOfMine",
      "settings.currency",
    ]);
    expect(JSON.stringify(faults)).not.toContain("marker-value");
  });

  it("has a name that no other of its provider has, in any spelling", async () => {
    const actor = testActor();
    const ctx = cloudContext({ actor });
    const made = await Promise.allSettled(
      ["Wholesale", "WHOLESALE ", "wholesale"].map((name) =>
        Accounts.createAccount(cloudContext({ actor }), { ...OWNERCLAN, name }),
      ),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of made) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "NAME_EXISTS" });
    const [account] = (await Accounts.listAccounts(ctx, {})).items;
    const second = await Accounts.createAccount(ctx, { ...OWNERCLAN, name: "Second" });
    await expect(Accounts.updateAccount(ctx, { id: second.id, changes: { name: "wholesalE" } })).rejects.toMatchObject({
      code: "NAME_EXISTS",
    });
    const respelled = await Accounts.updateAccount(ctx, { id: account?.id ?? "", changes: { name: "WholeSale" } });
    expect(respelled.name).toBe("WholeSale");
    await Accounts.updateAccount(ctx, { id: respelled.id, changes: { name: "Third" } });
    expect((await Accounts.updateAccount(ctx, { id: second.id, changes: { name: "Wholesale" } })).name).toBe(
      "Wholesale",
    );
  });

  it("stands for its provider when it is the first, until another one takes its place", async () => {
    const actor = testActor();
    const ctx = cloudContext({ actor });
    const made = await Promise.all(
      ["One", "Two", "Three"].map((name) => Accounts.createAccount(cloudContext({ actor }), { ...OWNERCLAN, name })),
    );
    const { items } = await Accounts.listAccounts(ctx, {});
    expect(items.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const other = items.find(({ isDefault }) => !isDefault);
    const moved = await Accounts.updateAccount(ctx, { id: other?.id ?? "", changes: { isDefault: true } });
    expect(moved.isDefault).toBe(true);
    expect((await Accounts.accountFor(ctx, "ownerclan"))?.id).toBe(moved.id);
    expect(await Accounts.accountFor(ctx, "stockx")).toBeUndefined();
    expect((await Accounts.accountsWith(ctx, "purchases")).map(({ id }) => id).sort()).toEqual(
      made.map(({ id }) => id).sort(),
    );
    await Accounts.updateAccount(ctx, { id: moved.id, changes: { status: "paused" } });
    expect(await Accounts.accountFor(ctx, "ownerclan")).toBeUndefined();
    expect(await Accounts.accountsWith(ctx, "catalogue")).toHaveLength(2);
  });

  it("sends nothing while it is paused, and goes on when it is resumed", async () => {
    const ctx = cloudContext();
    const { id } = await Accounts.createAccount(ctx, OWNERCLAN);
    await Accounts.updateAccount(ctx, { id, changes: { status: "paused" } });
    await expect(Accounts.openAccount(ctx, id, { urgency: "bulk" })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { id, status: "paused" },
    });
    await Accounts.updateAccount(ctx, { id, changes: { status: "active" } });
    expect((await Accounts.openAccount(ctx, id, { urgency: "bulk" })).account).toMatchObject({ id, status: "active" });
  });

  it("is changed by the one who read it last", async () => {
    const ctx = cloudContext();
    const { id } = await Accounts.createAccount(ctx, OWNERCLAN);
    await Accounts.updateAccount(ctx, { id, expectedVersion: 1, changes: { name: "Another" } });
    await expect(
      Accounts.updateAccount(ctx, { id, expectedVersion: 1, changes: { name: "A third" } }),
    ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  });

  it("leaves nothing secret behind when it is disconnected, and frees its name", async () => {
    const sandbox = await stockx();
    const worker = workersFor({ stockx: sandbox });
    const ctx = worker();
    const { id } = await connectStockx(ctx);
    const { connection } = await Accounts.openAccount(ctx, id, { urgency: "bulk" });
    await connection.exchange({ base: "api", method: "GET", path: "/v2/selling/listings" });
    expect(await ctx.table.get(tokenKey(ctx, id))).toBeDefined();
    await Accounts.disconnectAccount(ctx, id);
    await Accounts.disconnectAccount(ctx, id);
    expect(await ctx.table.get(tokenKey(ctx, id), { consistent: true })).toBeUndefined();
    expect(await ctx.table.get(credentialsKey(ctx, id), { consistent: true })).toBeUndefined();
    expect((await readBudget(ctx, budgetKey(ctx.actor.organizationId, id))).revision).toBe(0);
    expect(await Accounts.getAccount(ctx, id)).toMatchObject({
      status: "disconnected",
      credentials: [],
      isDefault: false,
    });
    await expect(Accounts.openAccount(ctx, id, { urgency: "bulk" })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await expect(Accounts.updateAccount(ctx, { id, changes: { name: "x" } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    expect(await connectStockx(ctx)).toMatchObject({ name: "Main account", isDefault: true });
  });

  it("waits for its owner's consent where the provider asks for one, until then nothing is sent", async () => {
    const ctx = cloudContext();
    const account = await connectStockx(ctx, { credentials: STOCKX_APPLICATION });
    expect(account.status).toBe("needsAuthorization");
    await expect(Accounts.openAccount(ctx, account.id, { urgency: "bulk" })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    await expect(Accounts.updateAccount(ctx, { id: account.id, changes: { status: "active" } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    const { refreshToken } = STOCKX_DEMO.credentials;
    const given = await Accounts.updateAccount(ctx, { id: account.id, changes: { credentials: { refreshToken } } });
    expect(given).toMatchObject({
      status: "active",
      credentials: ["apiKey", "clientId", "clientSecret", "refreshToken"],
    });
  });

  it("is seen and changed only by who may", async () => {
    const actor = testActor();
    const { id } = await Accounts.createAccount(cloudContext({ actor }), OWNERCLAN);
    const without = (permission: string) =>
      cloudContext({ actor: { ...actor, permissions: new Set(PERMISSIONS.filter((one) => one !== permission)) } });
    const forbidden = { code: "FORBIDDEN" };
    const reader = without("accounts.write");
    const writer = without("accounts.read");
    await expect(Accounts.getAccount(writer, id)).rejects.toMatchObject(forbidden);
    await expect(Accounts.getQuota(writer, id)).rejects.toMatchObject(forbidden);
    await expect(Accounts.listConnectors(writer)).rejects.toMatchObject(forbidden);
    await expect(Accounts.createAccount(reader, OWNERCLAN)).rejects.toMatchObject(forbidden);
    await expect(Accounts.updateAccount(reader, { id, changes: {} })).rejects.toMatchObject(forbidden);
    await expect(Accounts.disconnectAccount(reader, id)).rejects.toMatchObject(forbidden);
    await expect(Accounts.authorizeAccount(reader, id)).rejects.toMatchObject(forbidden);
    await expect(Accounts.requestCheck(reader, id)).rejects.toMatchObject(forbidden);
    await expect(Accounts.getAccount(cloudContext(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(Accounts.openAccount(cloudContext(), id, { urgency: "bulk" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("A check", () => {
  it("is done once, however often it is asked for, and says whether the account is good", async () => {
    const sandbox = await stockx();
    const worker = workersFor({ stockx: sandbox });
    const ctx = worker();
    const { id } = await connectStockx(ctx);
    const asked = await Accounts.requestCheck(ctx, id);
    expect(asked.checkRequestedAt).toBeDefined();
    expect(await Accounts.requestCheck(ctx, id)).toEqual(asked);
    const due = { kind: Accounts.CHECK_DUE, id, dueAt: asked.checkRequestedAt ?? "" };
    const item = { ...due, organizationId: ctx.actor.organizationId, currency: "USD" };
    expect(await Accounts.checkAccount(ctx, item)).toBe(true);
    expect(await Accounts.checkAccount(ctx, item)).toBe(false);
    const checked = await Accounts.getAccount(ctx, id);
    expect(checked.lastCheck).toEqual({ at: expect.any(String), isGood: true });
    expect(checked).not.toHaveProperty("checkRequestedAt");
  });

  it("is done by the schedule of what is due, finds an account that is not good, and later that it is again", async () => {
    const sandbox = await stockx();
    const worker = workersFor({ stockx: sandbox });
    const ctx = worker();
    const credentials = { ...STOCKX_DEMO.credentials, clientSecret: "not-this-one" };
    const { id } = await connectStockx(ctx, { credentials });
    await Accounts.requestCheck(ctx, id);
    const work = { [Accounts.CHECK_DUE]: Accounts.checkAccount };
    await runDue(ctx, work, { until: ctx.now() + 10_000 }).catch(() => 0);
    expect(await Accounts.getAccount(ctx, id)).toMatchObject({
      status: "needsAuthorization",
      lastCheck: { isGood: false, message: "stockx: it refuses the credentials with 401 access_denied" },
      problem: { message: "stockx: it refuses the credentials with 401 access_denied" },
    });
    const { clientSecret } = STOCKX_DEMO.credentials;
    const changed = await Accounts.updateAccount(ctx, { id, changes: { credentials: { clientSecret } } });
    expect(changed.status).toBe("active");
    await Accounts.requestCheck(ctx, id);
    await runDue(ctx, work, { until: ctx.now() + 10_000 }).catch(() => 0);
    const healed = await Accounts.getAccount(ctx, id);
    expect(healed).toMatchObject({ status: "active", lastCheck: { isGood: true } });
    expect(healed).not.toHaveProperty("problem");
  });
});
