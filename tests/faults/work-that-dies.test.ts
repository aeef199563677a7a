import { describe, expect, it } from "vitest";
import * as Imports from "../../core/imports/index.ts";
import { wakeStuckWork } from "../../core/ingest/index.ts";
import * as Catalog from "../../core/catalog/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { stoppedClock } from "../support/recording.ts";
import { type Fate, Killed, storeFaults } from "../support/store-faults.ts";
import { finishImport, importContent, queueImport, uploadFile } from "../support/work.ts";

const csv = { format: "csv", mapping: { sku: "sku", name: "name" } };
const content = "sku,name\nA,a\nB,b\n";
const plenty = () => 600_000;

describe("work whose worker dies", () => {
  it("every time, at the same place, is given up in sight of the operator instead of for ever begun again", async () => {
    const clock = stoppedClock();
    const actor = testActor();
    const plain = cloudContext({ actor, now: clock.now });
    const id = await queueImport(plain, content, csv);
    let runs = 0;
    for (; (await Imports.getImport(plain, id)).status !== "failed" && runs < 50; runs++) {
      // As one that runs out of memory or time while it reads: nothing after that call happens.
      let dead = false;
      const { around } = storeFaults(({ operation }): Fate => {
        dead ||= operation === "GetObject";
        return dead ? { failWith: new Killed("out of memory") } : "pass";
      });
      const ctx = cloudContext({ actor, now: clock.now, around });
      await Imports.runImport(ctx, { id, remainingMs: plenty }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      clock.advance(31_000);
    }
    expect(runs).toBe(17);
    expect(await Imports.getImport(plain, id)).toMatchObject({ status: "failed", error: { code: "GIVEN_UP" } });
  });

  it("now and then is not given up, however often, as long as it gets on in between", async () => {
    const clock = stoppedClock();
    const actor = testActor();
    const plain = cloudContext({ actor, now: clock.now });
    const rows = Array.from({ length: 2_500 }, (_, n) => `S-${n},Name ${n}`).join("\n");
    const id = await queueImport(plain, `sku,name\n${rows}\n`, { ...csv, dryRun: true });
    let runs = 0;
    for (; (await Imports.getImport(plain, id)).status !== "succeeded" && runs < 40; runs++) {
      let commits = 0;
      const { around } = storeFaults(({ operation }): Fate => {
        if (operation === "TransactWriteItems") commits++;
        return commits > 1 ? { failWith: new Killed("once more") } : "pass";
      });
      const ctx = cloudContext({ actor, now: clock.now, around });
      await Imports.runImport(ctx, { id, remainingMs: plenty }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      clock.advance(31_000);
    }
    expect(runs).toBeGreaterThan(20);
    expect(await Imports.getImport(plain, id)).toMatchObject({ status: "succeeded", accepted: 2_500 });
  });
});

describe("a queue that is down", () => {
  it("fails no request: the import is taken, and the sweep queues it when the queue is back", async () => {
    const clock = stoppedClock();
    const actor = testActor();
    const { around } = storeFaults(({ service }) => (service === "sqs" ? { failWith: new Error("down") } : "pass"));
    const down = cloudContext({ actor, now: clock.now, around });
    const id = await queueImport(down, content, csv);
    clock.advance(61_000);
    const sent: unknown[] = [];
    const plain = cloudContext({ actor, now: clock.now });
    const queues = { ...plain.queues, send: async (_queue: string, message: object) => void sent.push(message) };
    await wakeStuckWork({ ...plain, queues });
    const { organizationId, currency } = actor;
    expect(sent).toContainEqual({ organizationId, currency, id });
    expect(await finishImport(plain, id)).toMatchObject({ status: "succeeded", accepted: 2 });
  });
});

describe("a scheduled sync", () => {
  const due = async (ctx: Context) => {
    const feed = { url: "https://feeds.example.test/a.csv", ...csv, everyMinutes: 30 };
    const { id } = await Suppliers.createSupplier(ctx, { name: "Demo", feed });
    return id;
  };
  const syncs = async (ctx: Context) => {
    const { items } = await ctx.table.query<{ id: string }>({ pk: `${ctx.actor.organizationId}#SYNC` as never });
    return items.length;
  };
  /** The sweep looks at every organisation's schedule; here only at this one's. */
  const only = (ctx: Context): Context => ({
    ...ctx,
    table: {
      ...ctx.table,
      query: async (input) => {
        const page = await ctx.table.query(input);
        const mine = page.items.filter((item) => String(item["sk"]).startsWith(ctx.actor.organizationId));
        return { ...page, items: mine } as never;
      },
    },
  });

  it.each([1, 2, 3, 4, 5])(
    "killed at call %i of its start is started once, by then or by the next minute",
    async (at) => {
      for (const kind of ["failWith", "loseAnswerWith"] as const) {
        const clock = stoppedClock();
        const actor = testActor();
        const plain = cloudContext({ actor, now: clock.now });
        await due(plain);
        clock.advance(31 * 60_000);
        let dead = false;
        const { around } = storeFaults((_call, number): Fate => {
          const killed = new Killed(`at call ${at}`);
          if (dead) return { failWith: killed };
          dead = number >= at;
          return dead ? (kind === "failWith" ? { failWith: killed } : { loseAnswerWith: killed }) : "pass";
        });
        await Suppliers.startDueSyncs(only(cloudContext({ actor, now: clock.now, around }))).catch(() => {});
        await Suppliers.startDueSyncs(only(plain));
        clock.advance(60_000);
        await Suppliers.startDueSyncs(only(plain));
        expect(await syncs(plain), kind).toBe(1);
      }
    },
  );

  it("that cannot be tried stays due and costs the others nothing", async () => {
    const clock = stoppedClock();
    const first = cloudContext({ now: clock.now });
    await due(first);
    await due(first);
    clock.advance(31 * 60_000);
    let transactions = 0;
    const { around } = storeFaults(({ operation }) =>
      operation === "TransactWriteItems" && ++transactions === 1 ? { failWith: new Error("lost") } : "pass",
    );
    const ctx = only(cloudContext({ actor: first.actor, now: clock.now, around }));
    await expect(Suppliers.startDueSyncs(ctx)).rejects.toThrow("1 due syncs were not started");
    expect(await syncs(first)).toBe(1);
    expect(await Suppliers.startDueSyncs(ctx)).toBe(1);
  });
});

describe("a file that is replaced while it is being worked", () => {
  it("fails the import by that reason: places found in one are not used on the other", async () => {
    const ctx = cloudContext();
    const many = (name: string) =>
      ["sku,name", ...Array.from({ length: 150 }, (_, n) => `S-${n},${name}`), ""].join("\n");
    const uploadId = await uploadFile(ctx, many("old"));
    const { id } = await Imports.createImport(ctx, { kind: "products", uploadId, ...csv });
    let asked = 0;
    await Imports.runImport(ctx, { id, remainingMs: () => (asked++ < 2 ? 600_000 : 0) });
    const upload = await ctx.table.get<{ key: string }>({
      pk: `${ctx.actor.organizationId}#UPLOAD` as never,
      sk: uploadId,
    });
    await ctx.objects.put(upload?.key ?? "", many("new"), "text/csv");
    expect(await finishImport(ctx, id)).toMatchObject({ status: "failed", error: { code: "STATE_CONFLICT" } });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(100);
    expect(await importContent(ctx, many("new"), csv)).toMatchObject({ status: "succeeded", accepted: 150 });
  });
});
