import { describe, expect, it } from "vitest";
import * as Catalog from "../../core/catalog/index.ts";
import * as Imports from "../../core/imports/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { stoppedClock } from "../support/recording.ts";
import { diesAt, type Fate, Killed, storeFaults } from "../support/store-faults.ts";
import { finishImport, finishSync, importRecords, queueImport, uploadFile } from "../support/work.ts";

const mapping = { sku: "sku", name: "name", cost: "cost", brand: "brand", stock: "stock" };
const csv = { format: "csv", mapping };
const header = "sku,name,cost,brand,stock";
/** Two pages: new and changed rows, unchanged ones, refused ones, a repeated SKU, brands to be made. */
const before = [header, ...Array.from({ length: 60 }, (_, index) => `S-${index},Name ${index},10.00,Old,3`)].join("\n");
const after = [
  header,
  ...Array.from({ length: 30 }, (_, index) => `S-${index},Name ${index},10.00,Old,3`),
  ...Array.from({ length: 20 }, (_, index) => `S-${index + 30},Renamed ${index},12.00,New,3`),
  ...Array.from(
    { length: 80 },
    (_, index) => `N-${index},Fresh ${index},${index % 10 === 0 ? "not a price" : "1.00"},New,3`,
  ),
  "S-1,Repeated,10.00,Old,3",
].join("\n");

/** What must come out the same, however often the work died on the way: counts, verdicts, and the catalogue. */
async function outcome(
  ctx: Context,
  view: object,
  records: { row: number; status: string; action?: string | undefined; faults?: { code: string }[] }[],
) {
  const { accepted, rejected, unchanged, created, updated, processed, total, status, vanished } = view as Record<
    string,
    unknown
  >;
  const products: string[] = [];
  let cursor: string | undefined;
  let counted = 0;
  do {
    const page = await Catalog.listProducts(ctx, { limit: 100, ...(cursor ? { cursor } : {}) });
    counted = page.total;
    products.push(
      ...page.items.map(
        ({ sku, name, cost, price, version }) => `${sku} ${name} ${cost?.minor} ${price?.minor} v${version}`,
      ),
    );
    cursor = page.nextCursor;
  } while (cursor);
  const verdicts = records.map(
    ({ row, status: verdict, action, faults }) =>
      `${row} ${verdict} ${action ?? ""} ${faults?.map(({ code }) => code).join() ?? ""}`,
  );
  const { items: brands } = await Catalog.listBrands(ctx, {});
  return {
    counts: { accepted, rejected, unchanged, created, updated, processed, total, status, vanished },
    verdicts,
    products: products.toSorted(),
    counted,
    brands: brands.map(({ name }) => name).toSorted(),
  };
}

type Flow = (
  make: (decide: (number: number) => Fate) => { ctx: Context; calls: string[] },
) => Promise<{ result: unknown; calls: string[] }>;

/** Runs the flow's working part with the given fate for its calls, then without faults until it ends. */
function flow(
  prepare: (ctx: Context) => Promise<string>,
  run: (ctx: Context, id: string) => Promise<string>,
  read: (ctx: Context, id: string) => Promise<unknown>,
): Flow {
  return async (make) => {
    const actor = testActor();
    const clock = stoppedClock();
    const plain = cloudContext({ actor, now: clock.now });
    const id = await prepare(plain);
    const { ctx, calls } = make(() => "pass");
    const working = { ...ctx, actor, now: clock.now };
    await run(working, id).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    // The dead worker's lease has to end before another may go on.
    clock.advance(31_000);
    await run(plain, id);
    return { result: await read(plain, id), calls };
  };
}

const importFlow = flow(
  async (ctx) => {
    await finishImport(ctx, await queueImport(ctx, before, csv));
    return queueImport(ctx, after, csv);
  },
  (ctx, id) => Imports.runImport(ctx, { id, remainingMs: () => 600_000 }),
  async (ctx, id) => outcome(ctx, await Imports.getImport(ctx, id), await importRecords(ctx, id)),
);

const syncFlow = flow(
  async (ctx) => {
    const { id: supplierId } = await Suppliers.createSupplier(ctx, { name: "Demo", feed: csv });
    const start = async (content: string) =>
      (await Suppliers.startSync(ctx, { supplierId, input: { uploadId: await uploadFile(ctx, content) } })).id;
    await finishSync(ctx, await start(before));
    return start(after);
  },
  (ctx, id) => Suppliers.runSync(ctx, { id, remainingMs: () => 600_000 }),
  async (ctx, id) => {
    const { items } = await Suppliers.listSyncRecords(ctx, { id, page: { limit: 100 } });
    return outcome(ctx, await Suppliers.getSync(ctx, id), items);
  },
);

/** A context whose n-th store call is the process's last: not sent, or done with nobody left to hear the answer. */
const dyingAt = (fatal: number, kind: "before" | "after") => () => {
  const { around, calls } = storeFaults(diesAt(fatal, kind));
  return { ctx: cloudContext({ around }), calls };
};

/** Each has an organisation of its own, so several die side by side. */
const AT_ONCE = 4;

describe.each([
  ["an import", importFlow],
  ["a supplier sync", syncFlow],
])("%s killed at any store call", (_name, run) => {
  it.each(["before", "after"] as const)(
    "%s the call took effect comes out as if it had not been killed",
    async (kind) => {
      const undisturbed = await run(dyingAt(Number.POSITIVE_INFINITY, kind));
      expect(undisturbed.calls.length).toBeGreaterThan(12);
      const fatalCalls = undisturbed.calls.map((call, index) => ({ call, fatal: index + 1 }));
      for (let start = 0; start < fatalCalls.length; start += AT_ONCE) {
        const group = fatalCalls.slice(start, start + AT_ONCE);
        const results = await Promise.all(group.map(async ({ fatal }) => (await run(dyingAt(fatal, kind))).result));
        for (const [index, { call, fatal }] of group.entries()) {
          expect(results[index], `killed ${kind} call ${fatal} (${call})`).toEqual(undisturbed.result);
        }
      }
    },
    300_000,
  );
});
