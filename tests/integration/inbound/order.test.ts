import { describe, expect, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";

const eventAt = (id: string, occurredAtMs: number): Inbound.InboundEvent => ({
  id,
  provider: "stripe",
  externalEventId: `evt_${id}`,
  eventType: "customer.subscription.updated",
  occurredAtMs,
  payload: {},
  attempt: 1,
});

const verdict = async (ctx: Context, event: Inbound.InboundEvent, objectId = "sub_1") =>
  (await Inbound.orderOf(ctx, event, objectId)).verdict;

async function apply(ctx: Context, event: Inbound.InboundEvent, objectId = "sub_1"): Promise<void> {
  const { write } = await Inbound.orderOf(ctx, event, objectId);
  await ctx.table.transact([write]);
}

describe("the order of a provider's events", () => {
  it("is that of the provider's clock, for each object by itself", async () => {
    const ctx = cloudContext();
    const [first, second, third] = [eventAt("a", 1_000), eventAt("b", 2_000), eventAt("c", 3_000)];
    expect(await verdict(ctx, second)).toBe("newer");
    await apply(ctx, second);
    expect(await verdict(ctx, first)).toBe("older");
    expect(await verdict(ctx, third)).toBe("newer");
    expect(await verdict(ctx, first, "sub_2")).toBe("newer");
    expect(await verdict(cloudContext(), first)).toBe("newer");
  });

  it("cannot be told of two events of one moment, which the effect must then ask about", async () => {
    const ctx = cloudContext();
    await apply(ctx, eventAt("a", 1_000));
    expect(await verdict(ctx, eventAt("b", 1_000))).toBe("same");
    expect(await verdict(ctx, eventAt("a", 1_000)), "the same event, replayed").toBe("newer");
  });

  it("never goes back when an older event is applied after a fetch", async () => {
    const ctx = cloudContext();
    await apply(ctx, eventAt("a", 2_000));
    await apply(ctx, eventAt("b", 1_000));
    expect(await verdict(ctx, eventAt("c", 1_500))).toBe("older");
  });

  it("lets one of two readings of the same moment be committed; the other is decided anew", async () => {
    const ctx = cloudContext();
    const [one, other] = await Promise.all(
      [eventAt("a", 1_000), eventAt("b", 2_000)].map((event) => Inbound.orderOf(ctx, event, "sub_1")),
    );
    await ctx.table.transact(other ? [other.write] : []);
    await expect(ctx.table.transact(one ? [one.write] : [])).rejects.toMatchObject({ name: "TransactionCanceled" });
    expect(await verdict(ctx, eventAt("a", 1_000))).toBe("older");
  });
});
