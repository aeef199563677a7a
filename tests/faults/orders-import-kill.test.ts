import { describe, expect, it } from "vitest";
import * as Catalog from "../../core/catalog/index.ts";
import * as Imports from "../../core/imports/index.ts";
import * as Inventory from "../../core/inventory/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { allOrders, booksOf } from "../support/orders.ts";
import { stoppedClock } from "../support/recording.ts";
import { diesAt, Killed, storeFaults } from "../support/store-faults.ts";
import { finishImport, importRecords, queueImport } from "../support/work.ts";

const spec = {
  kind: "orders",
  format: "csv",
  mapping: {
    groupBy: "no",
    sku: "sku",
    quantity: "qty",
    unitPrice: "price",
    placedAt: "at",
    customer: { externalId: "customer" },
    cancellation: { prefix: "C" },
  },
};
const HEADER = "no,sku,qty,price,at,customer";
const FIRST = [HEADER, "1,A,4,1.10,2010-12-01,7", "2,B,1,2.00,2010-12-01,8"].join("\n");
/** Unchanged and new orders, scattered ones, a cancellation of two orders and of none, a write-off, a refused order. */
const SECOND = [
  HEADER,
  "1,A,4,1.10,2010-12-01,7",
  "C9,A,-3,1.10,2010-12-05,7",
  "3,A,5,1.10,2010-12-02,7",
  "4,C,1,3.33,2010-12-02,9",
  "3,B,2,2.00,2010-12-02,7",
  "5,C,x,3.33,2010-12-02,9",
  "C9,A,-4,1.10,2010-12-05,7",
  "6,D,-6,0,2010-12-03,",
  "C9,Z,-1,9.99,2010-12-05,7",
].join("\n");

/** What A and D have in our stock. */
async function stocked(ctx: Context): Promise<string[]> {
  const ids: string[] = [];
  for (const sku of ["A", "D"]) {
    const [cost, price] = ["1.00", "2.00"].map((amount) => ({ amount, currency: "USD" }));
    const { id } = await Catalog.createProduct(ctx, { sku, name: sku, cost, price });
    await Inventory.adjust(ctx, { productId: id, input: { changeType: "restock", quantity: 50 } });
    ids.push(id);
  }
  return ids;
}

/** What must come out the same, however often the work died: counts, verdicts, orders, and the books to the minor unit. */
async function outcome(ctx: Context, id: string, productIds: string[]) {
  const view = await Imports.getImport(ctx, id);
  const { accepted, rejected, unchanged, created, processed, total, status } = view;
  const orders = await allOrders(ctx);
  const records = await importRecords(ctx, id);
  return {
    counts: { accepted, rejected, unchanged, created, processed, total, status },
    verdicts: records.map(
      ({ row, status: verdict, action, faults, warnings }) =>
        `${row} ${verdict} ${action ?? ""} ${[...(faults ?? []), ...(warnings ?? [])].map(({ code }) => code).join()}`,
    ),
    orders: orders
      .map(({ externalId, status: state, totalMinor, refundedMinor, refunds, lines }) => {
        const units = lines.map(({ sku, quantity, returned }) => `${sku} ${quantity} ${returned}`);
        return [externalId, state, totalMinor, refundedMinor, refunds.length, ...units].join(" ");
      })
      .toSorted(),
    stock: (await Promise.all(productIds.map((productId) => Inventory.stockOfProduct(ctx, productId))))
      .flat()
      .map(({ onHand, reserved, available }) => ({ onHand, reserved, available })),
    books: await booksOf(ctx, "2010-12-01", "2010-12-31"),
  };
}

async function run(fatal: number, { kind, affectsStock }: { kind: "before" | "after"; affectsStock: boolean }) {
  const actor = testActor();
  const clock = stoppedClock();
  const plain = cloudContext({ actor, now: clock.now });
  const productIds = await stocked(plain);
  await finishImport(plain, await queueImport(plain, FIRST, { ...spec, affectsStock }));
  const id = await queueImport(plain, SECOND, { ...spec, affectsStock });
  const { around, calls } = storeFaults(diesAt(fatal, kind));
  const working = { ...cloudContext({ around }), actor, now: clock.now };
  await Imports.runImport(working, { id, remainingMs: () => 600_000 }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  // The dead worker's lease has to end before another may go on.
  clock.advance(31_000);
  await finishImport(plain, id);
  return { result: await outcome(plain, id, productIds), calls };
}

/** Each has an organisation of its own, so several die side by side. */
const AT_ONCE = 4;

describe.each([
  ["history", false],
  ["what moves our stock", true],
])("an import of orders, %s, killed at any store call", (_name, affectsStock) => {
  it.each(["before", "after"] as const)(
    "%s the call took effect comes out as if it had not been killed",
    async (kind) => {
      const how = { kind, affectsStock };
      const undisturbed = await run(Number.POSITIVE_INFINITY, how);
      expect(undisturbed.result.counts).toMatchObject({ accepted: 7, rejected: 1, unchanged: 1, created: 4, total: 9 });
      expect(undisturbed.calls.length).toBeGreaterThan(20);
      const fatalCalls = undisturbed.calls.map((call, index) => ({ call, fatal: index + 1 }));
      for (let start = 0; start < fatalCalls.length; start += AT_ONCE) {
        const group = fatalCalls.slice(start, start + AT_ONCE);
        const results = await Promise.all(group.map(async ({ fatal }) => (await run(fatal, how)).result));
        for (const [index, { call, fatal }] of group.entries())
          expect(results[index], `killed ${kind} call ${fatal} (${call})`).toEqual(undisturbed.result);
      }
    },
    300_000,
  );
});
