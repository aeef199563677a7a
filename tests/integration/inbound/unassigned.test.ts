import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, inject, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { apiHarness } from "../../support/harness.ts";
import { ownTable } from "../../support/own-table.ts";
import { stoppedClock } from "../../support/recording.ts";
import { appliedCounts, countingEffects, deliver, heldQueue, stripeEvent, withStripe } from "../../support/webhooks.ts";

const always = { until: Number.POSITIVE_INFINITY };
const EFFECTS = countingEffects();

/** An instance whose own account belongs to no organisation, and one organisation of its. */
async function instance() {
  const tableName = await ownTable();
  const { now, advance } = stoppedClock();
  const held = heldQueue();
  const { organization, ctx: owner } = await apiHarness({ tableName, now });
  const own = withStripe(cloudContext({ tableName, now }), { queues: held.queues });
  const config = { ...own.config, stripe: { ...own.config.stripe, organizationId: undefined } };
  const ctx: Context = { ...own, config };
  const work = async () => {
    for (const message of held.take()) await Inbound.workEvent(ctx, EFFECTS, message);
  };
  const sweep = async () => {
    advance(5 * 60_000);
    await Inbound.wakeStuckEvents(ctx, always);
    await work();
  };
  return { tableName, ctx, owner, organization, work, sweep, advance };
}

async function listed(ctx: Context) {
  const found = [];
  for await (const event of Inbound.unassignedEvents(ctx)) found.push(event);
  return found;
}

describe("an event of which nobody knows whose it is", () => {
  it("is shown to the operator while it waits and when it was given up, and is applied to whom they name", async () => {
    const { ctx, owner, organization, work, sweep, advance } = await instance();
    const event = stripeEvent();
    const { id } = await deliver(ctx, event);
    await work();
    expect(await listed(ctx)).toMatchObject([{ id, status: "pending" }]);
    for (let attempt = 0; attempt < 20; attempt++) {
      advance(4 * 3_600_000);
      await sweep();
    }
    expect(await listed(ctx)).toMatchObject([
      { id, status: "failed", errorMessage: expect.stringContaining("not known") },
    ]);
    await expect(Inbound.getEvent(owner, id)).rejects.toMatchObject({ code: "NOT_FOUND" });

    const named = { id, organizationId: organization.id, by: "operator" };
    expect(await Inbound.assignEvent(ctx, named)).toMatchObject({ id, status: "pending" });
    await sweep();
    expect(await appliedCounts(owner)).toEqual(new Map([[event.id, 1]]));
    expect(await Inbound.getEvent(owner, id)).toMatchObject({ status: "processed" });
    expect(await listed(ctx)).toEqual([]);
    await expect(Inbound.assignEvent(ctx, named)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is assigned to no organisation that there is not", async () => {
    const { ctx, work } = await instance();
    const { id } = await deliver(ctx, stripeEvent());
    await work();
    const nobody = { id, organizationId: "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", by: "operator" };
    await expect(Inbound.assignEvent(ctx, nobody)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await listed(ctx)).toHaveLength(1);
  });

  it("is found and assigned by npm run unassigned-events", async () => {
    const { ctx, tableName, organization, owner, work, sweep } = await instance();
    const { environment } = inject("cloud");
    const run = (...args: string[]) => {
      const env = { PATH: process.env["PATH"], ...environment, TABLE_NAME: tableName };
      const command = [resolve("local/unassigned-events.ts"), ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: "utf8" });
      return { status, text: `${stdout}${stderr}` };
    };
    expect(run()).toMatchObject({ status: 0, text: expect.stringContaining("0 events") });
    const event = stripeEvent();
    const { id } = await deliver(ctx, event);
    await work();
    expect(run()).toMatchObject({ status: 1, text: expect.stringContaining(id) });
    expect(run("--assign", id)).toMatchObject({ status: 2 });
    expect(run("--assign", id, "--organization", organization.id)).toMatchObject({ status: 0 });
    await sweep();
    await sweep();
    expect(await appliedCounts(owner)).toEqual(new Map([[event.id, 1]]));
  });
});
