import { describe, expect, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { idempotent } from "../../../core/platform/idempotency.ts";
import { type Key, orgPartition } from "../../../core/platform/keys.ts";
import { TransactionCanceled } from "../../../core/platform/table-errors.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";

const DAY_MS = 24 * 3600 * 1000;

function counter(ctx: Context): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "THING"), sk: "counter" };
}

/** An effect that shows how often it happened: each run adds one and answers with an id of its own. */
function add(ctx: Context, input: unknown = { amount: 1 }): Promise<{ id: string }> {
  return idempotent(ctx, "counter.add", input, (commit) =>
    commit([{ update: counter(ctx), set: { expression: "ADD effects :one", values: { ":one": 1 } } }], {
      id: ctx.newId("event"),
    }),
  );
}

async function effects(ctx: Context): Promise<unknown> {
  return (await ctx.table.get(counter(ctx), { consistent: true }))?.["effects"];
}

describe("a request with an Idempotency-Key", () => {
  it("has one effect and one answer however often it is repeated", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const first = await add(ctx);
    expect(await add(ctx)).toEqual(first);
    expect(await add({ ...ctx, requestId: "req_other" })).toEqual(first);
    expect(await effects(ctx)).toBe(1);
  });

  it("has one effect and one answer when twenty come at once", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(ctx)));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(await effects(ctx)).toBe(1);
  });

  it("is refused with another body, or for another operation, and has no effect", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    await add(ctx);
    await expect(add(ctx, { amount: 2 })).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
      status: 422,
      details: { key: "k" },
    });
    const other = idempotent(ctx, "counter.reset", { amount: 1 }, (commit) =>
      commit([{ remove: counter(ctx) }], "reset"),
    );
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    expect(await effects(ctx)).toBe(1);
  });

  it("is the same with its fields in another order", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const first = await add(ctx, { a: 1, b: 2 });
    expect(await add(ctx, { b: 2, a: 1 })).toEqual(first);
  });

  it("says so when its answer is the stored one", async () => {
    const replays: string[] = [];
    const ctx = { ...cloudContext({ idempotencyKey: "k" }), onReplay: () => void replays.push("replay") };
    await add(ctx);
    expect(replays).toEqual([]);
    await add(ctx);
    expect(replays).toEqual(["replay"]);
  });

  it("is another request for another organisation, or with another key", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const other = cloudContext({ idempotencyKey: "k", actor: testActor() });
    await add(ctx);
    await add(other);
    await add({ ...ctx, idempotencyKey: "k2" });
    expect([await effects(ctx), await effects(other)]).toEqual([2, 1]);
  });

  it("is a new request after a day, also where the old record has not been removed yet", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ idempotencyKey: "k", now: clock.now });
    const first = await add(ctx);
    clock.advance(DAY_MS - 1_000);
    expect(await add(ctx)).toEqual(first);
    clock.advance(1_000);
    expect(await add(ctx, { amount: 2 })).not.toEqual(first);
    expect(await effects(ctx)).toBe(2);
  });

  it("is answered by its record even where its own effect now stands in its way", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const create = () =>
      idempotent(ctx, "thing.create", {}, async (commit) => {
        if (await ctx.table.get(counter(ctx), { consistent: true }))
          throw new AppError("NAME_EXISTS", "There is one already");
        return commit([{ put: { ...counter(ctx) }, condition: { expression: "attribute_not_exists(pk)" } }], {
          id: "created",
        });
      });
    expect(await create()).toEqual({ id: "created" });
    expect(await create()).toEqual({ id: "created" });
  });

  it("leaves a refused request free to be made again, since nothing was recorded", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const failing = idempotent(ctx, "counter.add", { amount: 1 }, () =>
      Promise.reject(new AppError("INVALID_PRICING", "no")),
    );
    await expect(failing).rejects.toMatchObject({ code: "INVALID_PRICING" });
    await add(ctx);
    expect(await effects(ctx)).toBe(1);
  });

  it("hands the verb the reasons by the place of its own writes", async () => {
    const ctx = cloudContext({ idempotencyKey: "k" });
    const absent = { check: counter(ctx), condition: { expression: "attribute_exists(pk)" } };
    const [fine, failing] = [{ put: { ...counter(ctx), sk: "other" } }, absent];
    const error: unknown = await idempotent(ctx, "x", {}, (commit) => commit([fine, failing], 1)).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(TransactionCanceled);
    expect((error as TransactionCanceled).reasons.map((reason) => reason.code)).toEqual([
      "None",
      "ConditionalCheckFailed",
    ]);
  });
});

describe("a request without a key", () => {
  it("has its effect each time", async () => {
    const ctx = cloudContext();
    const [first, second] = [await add(ctx), await add(ctx)];
    expect(first).not.toEqual(second);
    expect(await effects(ctx)).toBe(2);
  });
});
