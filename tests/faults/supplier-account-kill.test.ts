import { describe, expect, test } from "vitest";
import * as Catalog from "../../core/catalog/index.ts";
import type { Context } from "../../core/platform/context.ts";
import type { HttpClient } from "../../core/platform/http/client.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import type { OwnerclanSandbox } from "../../local/sandbox/ownerclan/server.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { connectedSupplier, goingClock, offersById, startOwnerclan, withOwnerclan } from "../support/ownerclan.ts";
import { type Fate, Killed, storeFaults } from "../support/store-faults.ts";
import { finishSync } from "../support/work.ts";

const HOUR = 3_600_000;
const DEATHS = ["before", "after"] as const;
/** Each has an organisation and a stand-in of its own, so several die side by side. */
const AT_ONCE = 6;

interface Flow {
  /** After everything was read once. Returns the sync that is to be killed. */
  prepare(ctx: Context, sandbox: OwnerclanSandbox, supplierId: string): Promise<string>;
}

const everything: Flow = {
  async prepare(ctx, sandbox, supplierId) {
    sandbox.catalogue.drift(4);
    sandbox.catalogue.remove("W000001");
    sandbox.catalogue.add();
    return (await Suppliers.startSync(ctx, { supplierId, input: { full: true } })).id;
  },
};

const whatChanged: Flow = {
  async prepare(ctx, sandbox, supplierId) {
    sandbox.catalogue.drift(4);
    sandbox.catalogue.remove("W000001");
    const item = sandbox.catalogue.get("W00000D");
    const history = { kind: "priceDecreased", valueBefore: null, valueAfter: null } as const;
    if (item) sandbox.catalogue.put({ ...item, options: item.options.slice(1) }, history);
    const broken = sandbox.catalogue.get("W000002");
    if (broken) sandbox.catalogue.put({ ...broken, price: 0.5 }, history);
    return (await Suppliers.startSync(ctx, { supplierId, input: {} })).id;
  },
};

/** One undisturbed run, or one whose process dies at its `fatal`-th call of a store or of the source. */
async function run(flow: Flow, fatal: number, death: (typeof DEATHS)[number]) {
  const clock = goingClock();
  const sandbox = await startOwnerclan({ size: 14, mostPerPage: 8, now: clock.now });
  try {
    const actor = testActor();
    const plain = withOwnerclan(cloudContext({ actor, now: clock.now }), sandbox);
    const supplierId = await connectedSupplier(plain);
    await finishSync(plain, (await Suppliers.startSync(plain, { supplierId, input: {} })).id);
    clock.advance(HOUR);
    const id = await flow.prepare(plain, sandbox, supplierId);
    sandbox.calls.length = 0;

    const killed = new Killed(`at call ${fatal}`);
    let isDead = false;
    const fate = (_call: unknown, number: number): Fate => {
      if (isDead) return { failWith: killed };
      if (number < fatal) return "pass";
      isDead = true;
      return death === "before" ? { failWith: killed } : { loseAnswerWith: killed };
    };
    const { around, calls } = storeFaults(fate);
    const dying = withOwnerclan(cloudContext({ actor, now: clock.now, around }), sandbox);
    const through: HttpClient = {
      request: (request) => around({ service: "sqs", operation: "http" }, () => dying.http.request(request)),
    };
    const work = { id, remainingMs: () => 600_000 };
    await Suppliers.runSync({ ...dying, http: through }, work).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    // The dead worker's lease has to end before another may go on.
    clock.advance(31_000);
    await finishSync(plain, id);
    return { calls, asked: sandbox.calls.length, outcome: await outcomeOf(plain, supplierId, id) };
  } finally {
    await sandbox.stop();
  }
}

/** What must come out the same: counts, verdicts, offers, products, and where the next sync goes on. */
async function outcomeOf(ctx: Context, supplierId: string, id: string) {
  const { status, kind, total, fetched, accepted, rejected, unchanged, created, updated, vanished, warnings } =
    await Suppliers.getSync(ctx, id);
  const { items: records } = await Suppliers.listSyncRecords(ctx, { id, page: { limit: 100 } });
  const offers = [...(await offersById(ctx, supplierId)).values()].map(
    ({ externalId, availability, cost, stock }) => `${externalId} ${availability} ${cost?.amount} ${stock}`,
  );
  const { items: products, total: counted } = await Catalog.listProducts(ctx, { limit: 100 });
  const next = await Suppliers.startSync(ctx, { supplierId, input: {} });
  return {
    counts: { status, kind, total, fetched, accepted, rejected, unchanged, created, updated, vanished, warnings },
    verdicts: records.map(({ row, status: verdict, action }) => `${row} ${verdict} ${action ?? ""}`),
    offers,
    products: products.map(({ sku, cost, version }) => `${sku} ${cost?.minor} v${version}`).toSorted(),
    counted,
    next: next.kind,
  };
}

describe.each([
  ["everything", everything],
  ["what changed", whatChanged],
])("reading %s from an account, killed at any call of a store or of the source", (_name, flow) => {
  test.each(DEATHS)(
    "%s it took effect, comes out as if it had not been killed",
    async (death) => {
      const undisturbed = await run(flow, Number.POSITIVE_INFINITY, death);
      expect(undisturbed.calls.filter((call) => call === "http").length).toBeGreaterThan(2);
      expect(undisturbed.outcome.counts).toMatchObject({ status: "succeeded", vanished: expect.any(Number) });
      const fatalCalls = undisturbed.calls.map((call, index) => ({ call, fatal: index + 1 }));
      for (let start = 0; start < fatalCalls.length; start += AT_ONCE) {
        const group = fatalCalls.slice(start, start + AT_ONCE);
        const results = await Promise.all(group.map(({ fatal }) => run(flow, fatal, death)));
        for (const [index, { call, fatal }] of group.entries()) {
          const what = `killed ${death} call ${fatal} (${call})`;
          expect(results[index]?.outcome, what).toEqual(undisturbed.outcome);
          // The page that was under way comes again, of changes with both its calls, and what is asked for at the end; no page
          // that was done.
          expect(results[index]?.asked, what).toBeLessThanOrEqual(undisturbed.asked + 2);
        }
      }
    },
    600_000,
  );
});
