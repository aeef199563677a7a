import { describe, expect, it } from "vitest";
import {
  createContext,
  PERMISSIONS,
  requirePermission,
  systemActor,
  timestamp,
} from "../../../core/platform/context.ts";
import { defined } from "../../../core/platform/defined.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import { NO_METRICS, trackTime } from "../../../core/platform/metrics.ts";
import { freshOrganization, testActor, testContext } from "../../support/context.ts";

describe("requirePermission", () => {
  it("lets pass what the actor may do, and names what it may not", () => {
    const ctx = testContext({ actor: testActor({ permissions: new Set(["catalog.read"]) }) });
    expect(() => requirePermission(ctx, "catalog.read")).not.toThrow();
    expect(() => requirePermission(ctx, "catalog.write")).toThrow("catalog.write");
  });
});

describe("systemActor", () => {
  it("acts for one organisation, with every permission, and says for what cause", () => {
    const organizationId = freshOrganization();
    const actor = systemActor(organizationId, "KRW", "due-syncs");
    expect(actor).toMatchObject({ kind: "system", id: "due-syncs", organizationId, currency: "KRW" });
    expect([...actor.permissions]).toEqual([...PERMISSIONS]);
  });
});

describe("createContext", () => {
  it("keeps the process's resources and adds the request's own", () => {
    const base = testContext();
    const actor = testActor();
    const ctx = createContext(base, { actor, requestId: "req_1", idempotencyKey: "k" });
    expect(ctx).toMatchObject({ actor, requestId: "req_1", idempotencyKey: "k" });
    expect(ctx.newId).toBe(base.newId);
  });

  it("tells the time of its own clock", () => {
    expect(timestamp(testContext({ now: () => 0 }))).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("orgPartition", () => {
  it("begins with the organisation", () => {
    const organizationId = freshOrganization();
    expect(orgPartition(organizationId, "PRODUCT", "active")).toBe(`${organizationId}#PRODUCT#active`);
  });
});

describe("defined", () => {
  it("drops undefined fields and keeps null, zero and empty text", () => {
    expect(Object.entries(defined({ a: undefined, b: null, c: 0, d: "" }))).toEqual([
      ["b", null],
      ["c", 0],
      ["d", ""],
    ]);
  });
});

describe("trackTime", () => {
  it("observes seconds, also when the work fails", async () => {
    const observed: number[] = [];
    const metrics = {
      ...NO_METRICS,
      observe: (_name: string, _labels: object, value: number) => void observed.push(value),
    };
    let time = 0;
    const clock = () => (time += 250);
    const labels = { order_type: "draft" };
    await trackTime(metrics, "order_processing_duration_seconds", labels, () => Promise.resolve(1), clock);
    const failing = trackTime(
      metrics,
      "order_processing_duration_seconds",
      labels,
      () => Promise.reject(new Error("x")),
      clock,
    );
    await expect(failing).rejects.toThrow("x");
    expect(observed).toEqual([0.25, 0.25]);
  });
});
