import { describe, expect, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { outboxWrite } from "../../../core/platform/events.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import { newResource, type Resource, resourceStore, revise } from "../../../core/platform/resources.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";

interface Shelf extends Resource {
  name: string;
  note?: string;
}

const shelves = resourceStore<Shelf>("SHELF", "Shelf");

async function create(ctx: Context, name: string): Promise<Shelf> {
  const shelf = { ...newResource(ctx, "brand"), name };
  await ctx.table.transact([shelves.createWrite(ctx, shelf)]);
  return shelf;
}

async function replace(ctx: Context, shelf: Shelf): Promise<Shelf> {
  await ctx.table.transact([shelves.replaceWrite(ctx, shelf)]);
  return shelf;
}

async function allPages(ctx: Context, limit: number): Promise<Shelf[][]> {
  const pages: Shelf[][] = [];
  let cursor: string | undefined;
  do {
    const page = await shelves.list(ctx, { limit, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

describe("a stored resource", () => {
  it("is read as it was made, without its keys", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const shelf = await create(ctx, "A");
    expect(await shelves.get(ctx, shelf.id)).toEqual({
      id: shelf.id,
      name: "A",
      version: 1,
      createdAt: "2026-11-21T12:00:00.000Z",
      updatedAt: "2026-11-21T12:00:00.000Z",
    });
  });

  it("is not found under another organisation, in the very words of one that never was", async () => {
    const ctx = cloudContext();
    const { id } = await create(ctx, "A");
    const stranger = cloudContext();
    expect(await shelves.find(stranger, id)).toBeUndefined();
    await expect(shelves.get(stranger, id)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Shelf not found",
      details: { id },
    });
  });

  it("is not made twice under one id", async () => {
    const ctx = cloudContext();
    const shelf = await create(ctx, "A");
    await expect(ctx.table.transact([shelves.createWrite(ctx, shelf)])).rejects.toMatchObject({
      name: "TransactionCanceled",
    });
  });

  it("rises by one version a change, and loses fields that are set to null", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const shelf = await create(ctx, "A");
    clock.advance(1_000);
    const noted = await replace(ctx, revise(ctx, "Shelf", shelf, { note: "n" }));
    expect(noted).toMatchObject({
      version: 2,
      note: "n",
      updatedAt: "2026-11-21T12:00:01.000Z",
      createdAt: shelf.createdAt,
    });
    const cleared = revise(ctx, "Shelf", noted, { note: null } as unknown as Partial<Shelf>);
    await replace(ctx, cleared);
    expect(await shelves.get(ctx, shelf.id)).toEqual({ ...shelf, version: 3, updatedAt: "2026-11-21T12:00:01.000Z" });
  });

  it("takes one of two changes to the same version, and tells the other", async () => {
    const ctx = cloudContext();
    const shelf = await create(ctx, "A");
    const results = await Promise.allSettled([
      replace(ctx, revise(ctx, "Shelf", shelf, { name: "B" })),
      replace(ctx, revise(ctx, "Shelf", shelf, { name: "C" })),
    ]);
    expect(results.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const refused = results.find((result) => result.status === "rejected");
    expect(refused?.reason).toMatchObject({ name: "TransactionCanceled", reasons: [{ item: { version: 2 } }] });
  });

  it("is not revised from a version that the caller has not read", async () => {
    const ctx = cloudContext();
    const shelf = await create(ctx, "A");
    expect(() => revise(ctx, "Shelf", shelf, { name: "B" }, 7)).toThrow("Shelf was changed by someone else");
    expect(revise(ctx, "Shelf", shelf, { name: "B" }, 1).version).toBe(2);
  });
});

describe("a list of resources", () => {
  it("is newest first, page by page, each once, and ends without an empty page", async () => {
    const ctx = cloudContext();
    const made: string[] = [];
    for (let index = 0; index < 6; index++) made.push((await create(ctx, String(index))).id);
    const pages = await allPages(ctx, 3);
    expect(pages.map((page) => page.length)).toEqual([3, 3]);
    expect(pages.flat().map((shelf) => shelf.id)).toEqual(made.toReversed());
    expect(await allPages(cloudContext(), 3)).toEqual([[]]);
  });

  it("loses none when its resources are too large for one answer of the store", async () => {
    const ctx = cloudContext();
    for (let index = 0; index < 5; index++) await create(ctx, "x".repeat(380_000));
    const pages = await allPages(ctx, 100);
    expect(pages.flat()).toHaveLength(5);
  });
});

describe("a domain event", () => {
  it("is written with its effect, says who caused it, and goes after a week", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now, requestId: "req_1" });
    const write = outboxWrite(ctx, "shelf.created", { id: "s" });
    await ctx.table.transact([write]);
    const { pk } = "put" in write ? write.put : { pk: orgPartition(ctx.actor.organizationId, "none") };
    const { items } = await ctx.table.query({ pk });
    expect(items).toMatchObject([
      {
        type: "shelf.created",
        organizationId: ctx.actor.organizationId,
        actor: { kind: "apiKey", id: ctx.actor.id },
        requestId: "req_1",
        occurredAt: "2026-11-21T12:00:00.000Z",
        data: { id: "s" },
        expiresAt: Date.UTC(2026, 10, 28, 12) / 1000,
      },
    ]);
  });
});
