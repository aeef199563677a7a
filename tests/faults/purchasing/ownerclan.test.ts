import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import type { OwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import { FAULT_KINDS } from "../../../local/sandbox/provider/faults.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { connectedSupplier, startOwnerclan, withOwnerclan } from "../../support/ownerclan.ts";
import { dueIds } from "../../support/purchasing-deaths.ts";
import { finishSync } from "../../support/work.ts";

const MINUTE = 60_000;
/** Budgets are of a second: time goes on while calls are made. */
const goingOn = () => {
  let time = Date.UTC(2026, 10, 21, 12);
  return { now: () => (time += 2), advance: (ms: number) => void (time += ms) };
};

let clock = goingOn();
let sandbox: OwnerclanSandbox;

beforeEach(async () => {
  clock = goingOn();
  sandbox = await startOwnerclan({ size: 20, now: clock.now });
});
afterEach(() => sandbox.stop());

const openAccount: Purchasing.OpenAccount = (ctx, id, options) =>
  Accounts.openAccount(ctx, id, { ...options, timeoutMs: 250, sleep: async (ms) => clock.advance(ms) });

async function work(ctx: Context, ...ids: string[]): Promise<void> {
  for (const error of (await Purchasing.workPurchaseOrders(ctx, { ids, openAccount })).values()) throw error;
}

/** A draft of what two vendors send, one of them an option, as the supplier's offers have it. */
async function draft(): Promise<{ ctx: Context; id: string }> {
  const plain = withOwnerclan(cloudContext({ now: clock.now, actor: testActor({ currency: "KRW" }) }), sandbox);
  const ctx = { ...plain, queues: { ...plain.queues, send: () => Promise.resolve() } };
  const supplierId = await connectedSupplier(plain);
  await finishSync(plain, (await Suppliers.startSync(plain, { supplierId, input: {} })).id);
  const recipient = { name: "Demo shop", phone: "010-0000-0000", line1: "1 Demo Street", postalCode: "00000" };
  const lines = ["W000001", "W00000D#3"].map((externalId) => ({ externalId, quantity: 2 }));
  const { id } = await Purchasing.createPurchaseOrder(ctx, { supplierId, recipient, lines });
  return { ctx, id };
}

async function wait(ctx: Context, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(MINUTE);
    for (const id of await dueIds(ctx)) await work(ctx, id);
  }
}

describe("a purchase by OwnerClan's own protocol", () => {
  it("takes what its offers say, becomes an order a vendor, and comes in at what was charged", async () => {
    const { ctx, id } = await draft();
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, id);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    expect(order.attention).toBeUndefined();
    expect(order).toMatchObject({
      status: "placed",
      lines: [{ externalId: "W000001" }, { externalId: "W00000D", optionId: "3" }],
    });
    expect(sandbox.orders.all.map(({ note }) => note)).toEqual(order.parts.map(() => id));
    const { charged, quote } = Purchasing.viewPurchaseOrder(order);
    expect(charged?.goods).toEqual(quote?.goods);
    expect(order.lines.reduce((sum, { paidMinor = 0 }) => sum + paidMinor, 0)).toBe(Number(charged?.goods.amount));

    for (const { key } of sandbox.orders.all) sandbox.orders.ship(key);
    await wait(ctx, 16);
    const shipped = await Purchasing.getPurchaseOrder(ctx, id);
    expect(shipped.status).toBe("shipped");
    expect(shipped.parts.flatMap(({ shipments }) => shipments).length).toBe(shipped.parts.length);
    const lines = order.lines.map((line) => ({ lineId: line.id, quantity: line.quantity }));
    await Purchasing.receivePurchaseOrder(ctx, { id, input: { lines } });
    expect((await Inventory.valuation(ctx)).values).toEqual([
      { minor: Number(charged?.goods.amount), currency: "KRW" },
    ]);
  });

  it("is cancelled there", async () => {
    const { ctx, id } = await draft();
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, id);
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await work(ctx, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("cancelled");
    expect(sandbox.orders.all.every(({ status }) => status === "cancelled")).toBe(true);
  });

  it.each(FAULT_KINDS)("is there once, or refused and not there, after %s at the order itself", async (kind) => {
    const { ctx, id } = await draft();
    await Purchasing.submitPurchaseOrder(ctx, { id });
    // The first call is the quote, and two ask for the item's options.
    sandbox.faults.set([{ kind, times: 1, after: 1, match: "POST /v1/graphql", retryAfterSeconds: 5 }]);
    await work(ctx, id);
    await wait(ctx, 8);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    const keys = sandbox.orders.all.map(({ key }) => key).toSorted();
    if (order.status === "failed") expect(keys).toEqual([]);
    else expect(order.status).toBe("placed");
    expect(order.parts.map(({ externalId }) => externalId).toSorted()).toEqual(keys);
    const expected = kind === "permanent" ? "failed" : "placed";
    expect(order.status, JSON.stringify(order.attention)).toBe(expected);
  });
});
