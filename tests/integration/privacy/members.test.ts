import { describe, expect, it } from "vitest";
import * as Identity from "../../../core/identity/index.ts";
import { findAccountByEmail } from "../../../core/identity/user.store.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Privacy from "../../../core/privacy/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { OrganizationId } from "../../../core/platform/ids.ts";
import { apiHarness } from "../../support/harness.ts";
import { colleague, founder, mailedToken, type Person } from "../../support/people.ts";
import { boughtOrder, shopOf, sweepPrivacy } from "../../support/privacy.ts";
import { applyEvent } from "../../support/webhook-effects.ts";

const inside = (ctx: Context, { signedIn }: Person): Context => ({
  ...ctx,
  actor: { ...ctx.actor, organizationId: signedIn.organization.id as OrganizationId },
});

async function forget(ctx: Context, email: string) {
  const { id } = await Privacy.createRequest(ctx, { kind: "erasure", email });
  await sweepPrivacy(ctx);
  return Privacy.getRequest(ctx, id);
}

describe("a member who wants to be forgotten", () => {
  it("is out, signed out everywhere, and has no account, address or invitation left", async () => {
    const api = await apiHarness();
    const boss = await founder(api);
    const ctx = inside(api.ctx, boss);
    const { email, browser, signedIn } = await colleague(api, boss, "operator");
    expect(await Identity.personalDataOf(ctx, email)).toMatchObject({
      account: { id: signedIn.user.id, email, role: "operator" },
      sessions: [{ id: expect.stringMatching(/^ses_/) }],
      invitations: [{ email, status: "accepted" }],
    });
    expect(await forget(ctx, email)).toMatchObject({ status: "done", userId: signedIn.user.id });
    expect(await findAccountByEmail(ctx, email)).toBeUndefined();
    expect(await Identity.personalDataOf(ctx, email)).toEqual({ sessions: [], invitations: [] });
    const { body } = await boss.browser.request<{ items: { email: string }[] }>("GET", "/v1/invitations");
    expect(body.items.map((invitation) => invitation.email)).toEqual(["[erased]"]);
    expect((await browser.request("GET", "/v1/users/me")).status).toBe(401);
    expect((await boss.browser.request("GET", "/v1/users/me")).status).toBe(200);
    // The address is free: whoever has it may begin anew.
    await founder(api, email);
  });

  it("keeps the account where they work elsewhere as well", async () => {
    const api = await apiHarness();
    const [boss, other] = [await founder(api), await founder(api)];
    await boss.browser.request("POST", "/v1/invitations", {
      body: { email: other.email, role: "viewer" },
      expected: 201,
    });
    const token = await mailedToken(api, other.email);
    await other.browser.request("POST", "/v1/invitations/accept", { body: { token }, expected: 200 });
    const ctx = inside(api.ctx, boss);
    expect(await forget(ctx, other.email)).toMatchObject({ status: "done" });
    expect(await findAccountByEmail(ctx, other.email)).toMatchObject({ email: other.email });
    expect(await Identity.findMemberId(ctx, other.email)).toBeUndefined();
  });

  it("who is the last owner stays until there is another, and the request says so", async () => {
    const api = await apiHarness();
    const boss = await founder(api);
    const ctx = inside(api.ctx, boss);
    expect(await forget(ctx, boss.email)).toMatchObject({ status: "open", note: expect.stringContaining("owner") });
    expect(await findAccountByEmail(ctx, boss.email)).toMatchObject({ email: boss.email });
  });
});

describe("a shop's customer under a member's address, which anybody can type into a checkout", () => {
  it("is forgotten as a customer, and the member works on", async () => {
    const api = await apiHarness();
    const boss = await founder(api);
    const ctx = inside(api.ctx, boss);
    const { email, browser, signedIn } = await colleague(api, boss, "operator");
    await shopOf(ctx);
    const order = await boughtOrder(ctx, "delivered", { customer: { name: "A guest", email } });
    await applyEvent(ctx, "shopify", "customers/redact", { customer: { id: 191167, email }, orders_to_redact: [] });
    await sweepPrivacy(ctx);
    const [request] = (await Privacy.listRequests(ctx, {})).items;
    expect(request).toMatchObject({ cause: "shopify", status: "done", ordersErased: 1 });
    expect(request).not.toHaveProperty("userId");
    expect(await Orders.getOrder(ctx, order)).not.toHaveProperty("customer");
    expect(await Identity.personalDataOf(ctx, email)).toMatchObject({
      account: { id: signedIn.user.id, email, role: "operator" },
      invitations: [{ email, status: "accepted" }],
    });
    expect((await browser.request("GET", "/v1/users/me")).status).toBe(200);
  });

  it("is handed out without what is known of the member", async () => {
    const api = await apiHarness();
    const boss = await founder(api);
    const ctx = inside(api.ctx, boss);
    const { email } = await colleague(api, boss, "operator");
    await applyEvent(ctx, "shopify", "customers/data_request", {
      customer: { id: 191167, email },
      orders_requested: [],
    });
    const [asked] = (await Privacy.listRequests(ctx, {})).items;
    expect(await Privacy.exportPerson(ctx, { id: asked?.id ?? "", page: {} })).not.toHaveProperty("identity");
    const own = await Privacy.createRequest(ctx, { kind: "export", email });
    expect(await Privacy.exportPerson(ctx, { id: own.id, page: {} })).toMatchObject({
      identity: { account: { email } },
    });
  });
});
