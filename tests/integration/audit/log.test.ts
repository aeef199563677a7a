import { describe, expect, test } from "vitest";
import * as Audit from "../../../core/audit/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { type DomainEvent, outboxWrite } from "../../../core/platform/events.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { Killed, storeFaults } from "../../support/store-faults.ts";

type Change = { new: Item };

/** An event as the stream brings it. */
function event(ctx: Context, type = "product.updated", data: Record<string, unknown> = {}): Change {
  const write = outboxWrite(ctx, type, data);
  if (!("put" in write)) throw new Error("An event is put");
  return { new: write.put };
}

const events = (ctx: Context, count: number) =>
  Array.from({ length: count }, (_, n) => event(ctx, "it.happened", { n }));
const idsOf = (changes: readonly Change[]) => changes.map((change) => (change.new as Item & DomainEvent).id);
const owner = (ctx: Context) => ctx.actor.organizationId;

async function logOf(ctx: Context): Promise<string[]> {
  const items: Audit.AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await Audit.listAudit(ctx, { limit: 100, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items.toReversed().map(({ id }) => id);
}

describe("an organisation's audit log", () => {
  test("has every event exactly once, in the order in which the stream brings them, however often it does", async () => {
    const ctx = cloudContext();
    const all = events(ctx, 130);
    await Audit.appendEvents(ctx, all.slice(0, 70));
    await Audit.appendEvents(ctx, all.slice(40, 130));
    await Audit.appendEvents(ctx, [...all, ...all]);
    expect(await logOf(ctx)).toEqual(idsOf(all));
    expect(await Audit.verifyAudit(ctx, owner(ctx))).toMatchObject({ entries: 130, differences: [] });
  });

  test("stays one chain where many append to it at once", async () => {
    const ctx = cloudContext();
    const batches = Array.from({ length: 12 }, () => events(ctx, 5));
    await Promise.all([...batches, ...batches].map((batch) => Audit.appendEvents(ctx, batch)));
    expect((await logOf(ctx)).toSorted()).toEqual(idsOf(batches.flat()).toSorted());
    expect(await Audit.verifyAudit(ctx, owner(ctx))).toMatchObject({ entries: 60, differences: [] });
  });

  test("is the same after a worker that died at any of its calls, before or after it was done", async () => {
    for (const when of ["failWith", "loseAnswerWith"] as const)
      for (let at = 1; at <= 4; at++) {
        const { around } = storeFaults((_call, number) =>
          number === at ? ({ [when]: new Killed("here") } as { failWith: Error }) : "pass",
        );
        const ctx = cloudContext();
        const dying = { ...cloudContext({ around, actor: ctx.actor }) };
        const all = events(ctx, 3);
        await Audit.appendEvents(dying, all).catch(() => undefined);
        await Audit.appendEvents(ctx, all);
        expect(await logOf(ctx), `${when} ${at}`).toEqual(idsOf(all));
      }
  });

  test("is its own: events of two organisations in one batch make two chains", async () => {
    const [one, two] = [cloudContext(), cloudContext()];
    await Audit.appendEvents(one, [event(one), event(two), event(one)]);
    expect(await Audit.verifyAudit(one, owner(one))).toMatchObject({ entries: 2, differences: [] });
    expect(await Audit.verifyAudit(one, owner(two))).toMatchObject({ entries: 1, differences: [] });
  });
});

describe("verifying an audit log", () => {
  const key = (ctx: Context, number: number) => ({
    pk: orgPartition(owner(ctx), "AUDIT"),
    sk: String(number).padStart(12, "0"),
  });

  async function tampered(how: (ctx: Context) => Promise<unknown>): Promise<string[]> {
    const ctx = cloudContext();
    await Audit.appendEvents(ctx, events(ctx, 5));
    await how(ctx);
    return (await Audit.verifyAudit(ctx, owner(ctx))).differences;
  }

  test("finds an entry that was changed", async () => {
    const set = { expression: "SET #data = :data", names: { "#data": "data" }, values: { ":data": { n: 99 } } };
    expect(await tampered((ctx) => ctx.table.update(key(ctx, 3), set))).toEqual(["Entry 3 is not what was written"]);
  });

  test("finds one that was removed, in the middle and at the end", async () => {
    expect(await tampered((ctx) => ctx.table.batchWrite([{ remove: key(ctx, 3) }]))).toEqual(["Entry 3 is missing"]);
    expect(await tampered((ctx) => ctx.table.batchWrite([{ remove: key(ctx, 5) }]))).toEqual(["Entry 5 is missing"]);
  });

  test("finds a log that was made anew or cut, by a head that was noted", async () => {
    const ctx = cloudContext();
    await Audit.appendEvents(ctx, events(ctx, 5));
    const { head } = await Audit.verifyAudit(ctx, owner(ctx));
    await Audit.appendEvents(ctx, events(ctx, 2));
    expect((await Audit.verifyAudit(ctx, owner(ctx), head)).differences).toEqual([]);
    const other = cloudContext();
    await Audit.appendEvents(other, events(other, 7));
    expect((await Audit.verifyAudit(other, owner(other), head)).differences).toEqual([
      "The head that was noted (entry 5) is not in the log",
    ]);
  });
});
