import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Suppliers from "../../core/suppliers/index.ts";
import type { OwnerclanSandbox } from "../../local/sandbox/ownerclan/server.ts";
import { FAULT_KINDS } from "../../local/sandbox/provider/faults.ts";
import { cloudContext } from "../support/cloud.ts";
import { connectedSupplier, goingClock, offersById, startOwnerclan, withOwnerclan } from "../support/ownerclan.ts";
import { finishSync } from "../support/work.ts";

const ITEMS = 24;
/** Three of the items have three options each. */
const OFFERS = 30;
const BUSY_MS = 31_000;
const HOUR_MS = 3_600_000;
const MAX_MESSAGES = 40;

const { now, advance } = goingClock();
let sandbox: OwnerclanSandbox;

beforeEach(async () => {
  sandbox = await startOwnerclan({ size: ITEMS, mostPerPage: 10, now });
});
afterEach(() => sandbox.stop());

type Ctx = ReturnType<typeof cloudContext>;
/** A stand-in that keeps silent is not waited for as long as a real one. */
const context = (): Ctx => {
  const ctx = withOwnerclan(cloudContext({ now }), sandbox);
  return {
    ...ctx,
    http: { request: (request) => ctx.http.request({ ...request, timeoutMs: 300, bodyTimeoutMs: 300 }) },
  };
};

/** As the queue works it: a message that failed comes again, one that found no work to do comes later. */
async function worked(ctx: Ctx, id: string, laterMs = BUSY_MS) {
  for (let messages = 1; messages <= MAX_MESSAGES; messages++) {
    const result = await Suppliers.runSync(ctx, { id, remainingMs: () => 600_000 }).catch(() => "failed");
    if (result === "done") return { messages, sync: await Suppliers.getSync(ctx, id) };
    advance(laterMs);
  }
  throw new Error("The sync never ended");
}

const begin = async (ctx: Ctx, supplierId: string) =>
  (await Suppliers.startSync(ctx, { supplierId, input: { full: true } })).id;

describe("a sync whose source fails now and then", () => {
  const passing = FAULT_KINDS.filter((kind) => kind !== "permanent");
  test.each(passing)("ends with every offer, once, after %s", async (kind) => {
    const ctx = context();
    const supplierId = await connectedSupplier(ctx);
    const id = await begin(ctx, supplierId);
    sandbox.faults.set([{ kind, times: 2, after: 1, match: "/v1/graphql" }]);
    // A second token that is refused is no passing fault: the account's own.
    if (kind === "expiredToken") sandbox.faults.set([{ kind, times: 1, after: 1, match: "/v1/graphql" }]);
    const { sync } = await worked(ctx, id);
    const isPaging = kind === "missingPage" || kind === "duplicatedPage";
    if (isPaging) await finishSync(ctx, await begin(ctx, supplierId));
    expect(sync).toMatchObject({ status: "succeeded", rejected: 0, vanished: 0 });
    const offers = await offersById(ctx, supplierId);
    expect(offers.size).toBe(OFFERS);
    expect(new Set([...offers.values()].map(({ itemId }) => itemId)).size).toBe(ITEMS);
  });

  test("waits for as long as it is told, without that being a failure", async () => {
    const ctx = context();
    const supplierId = await connectedSupplier(ctx);
    const id = await begin(ctx, supplierId);
    sandbox.faults.set([{ kind: "rateLimited", retryAfterSeconds: 300, times: 1, after: 1, match: "/v1/graphql" }]);
    const { sync, messages } = await worked(ctx, id);
    expect(sync).toMatchObject({ status: "succeeded", accepted: OFFERS, failures: 0 });
    expect(messages).toBeGreaterThan(5);
  });

  test("is given up in sight of the operator when it does not get better in a day", async () => {
    const ctx = context();
    const supplierId = await connectedSupplier(ctx);
    const id = await begin(ctx, supplierId);
    sandbox.faults.set([{ kind: "serverError", match: "/v1/graphql" }]);
    await Suppliers.runSync(ctx, { id, remainingMs: () => 600_000 }).catch(() => "failed");
    await Suppliers.runSync(ctx, { id, remainingMs: () => 600_000 });
    const { waiting } = await Suppliers.getSync(ctx, id);
    expect(waiting?.reason).toBe("ownerclan: the circuit breaker is open");
    const { sync } = await worked(ctx, id, HOUR_MS);
    expect(sync).toMatchObject({ status: "failed", error: { code: "GIVEN_UP" } });
    expect((await offersById(ctx, supplierId)).size).toBe(0);
    sandbox.faults.set([]);
    advance(BUSY_MS);
    const again = await worked(ctx, await begin(ctx, supplierId));
    expect(again.sync).toMatchObject({ status: "succeeded", accepted: OFFERS });
  });

  test("stops at once at what is refused for good, and takes nothing by halves", async () => {
    const ctx = context();
    const supplierId = await connectedSupplier(ctx);
    const id = await begin(ctx, supplierId);
    sandbox.faults.set([{ kind: "permanent", after: 1, match: "/v1/graphql" }]);
    const { sync, messages } = await worked(ctx, id);
    expect(messages).toBe(1);
    expect(sync).toMatchObject({ status: "failed", error: { code: "DEPENDENCY_UNAVAILABLE" } });
    expect((await offersById(ctx, supplierId)).size).toBe(0);
  });
});
