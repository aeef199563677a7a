import { describe, expect, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { idempotent } from "../../../core/platform/idempotency.ts";
import { type Key, orgPartition } from "../../../core/platform/keys.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { type Fate, Killed, storeFaults, transactionCanceled } from "../../support/store-faults.ts";

function counter(ctx: Context): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "THING"), sk: "counter" };
}

/** Reads first, as verbs do, then commits: two calls, and so two places to die at. */
function add(ctx: Context): Promise<{ id: string }> {
  return idempotent(ctx, "counter.add", { amount: 1 }, async (commit) => {
    await ctx.table.get(counter(ctx), { consistent: true });
    return commit([{ update: counter(ctx), set: { expression: "ADD effects :one", values: { ":one": 1 } } }], {
      id: ctx.newId("event"),
    });
  });
}

const fates: [string, Fate][] = [
  ["before", { failWith: new Killed() }],
  ["after", { loseAnswerWith: new Killed() }],
];

describe("a process killed in the middle of an idempotent request", () => {
  for (const [when, fate] of fates) {
    for (const place of [1, 2]) {
      it(`leaves exactly one effect after the request is repeated: killed ${when} call ${place}`, async () => {
        const actor = testActor();
        const dying = storeFaults((_call, number) => (number === place ? fate : "pass"));
        const killed = cloudContext({ actor, idempotencyKey: "k", around: dying.around });
        await expect(add(killed)).rejects.toBeInstanceOf(Killed);
        const alive = cloudContext({ actor, idempotencyKey: "k" });
        const [first, second] = [await add(alive), await add(alive)];
        expect(first).toEqual(second);
        expect(await alive.table.get(counter(alive), { consistent: true })).toMatchObject({ effects: 1 });
      });
    }
  }
});

describe("an idempotent request among others' traffic", () => {
  it("has one effect when its transaction conflicts before it passes", async () => {
    const conflict: Fate = { failWith: transactionCanceled("TransactionConflict", "None") };
    const { around, calls } = storeFaults((call, number) =>
      call.operation === "TransactWriteItems" && number <= 3 ? conflict : "pass",
    );
    const ctx = cloudContext({ idempotencyKey: "k", around });
    const first = await add(ctx);
    expect(await add(ctx)).toEqual(first);
    expect(calls.filter((operation) => operation === "TransactWriteItems")).toHaveLength(4);
    expect(await ctx.table.get(counter(ctx), { consistent: true })).toMatchObject({ effects: 1 });
  });

  it("costs no call more than the verb's own", async () => {
    const { around, calls } = storeFaults();
    await add(cloudContext({ idempotencyKey: "k", around }));
    expect(calls).toEqual(["GetItem", "TransactWriteItems"]);
  });
});
