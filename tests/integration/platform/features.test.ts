import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { isEnabled, readSettings, requireEnabled, setFeature } from "../../../core/platform/features.ts";
import type { Key } from "../../../core/platform/keys.ts";
import type { Table } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { withEvents } from "../../support/privacy.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";

/**
 * Features are the whole deployment's, and other tests of this run import and sync meanwhile: here they are kept under a
 * key of their own.
 */
const apart = `FEATURES#${randomUUID()}`;
function withOwnFeatures(ctx: Context): Context {
  const keyOf = (key: Key): Key => (key.pk === "FEATURES#all" ? { ...key, pk: apart as Key["pk"] } : key);
  const table: Table = {
    ...ctx.table,
    get: (key, options) => ctx.table.get(keyOf(key), options),
    update: (key, set, condition) => ctx.table.update(keyOf(key), set, condition),
    transact: (writes) =>
      ctx.table.transact(
        writes.map((write) => ("update" in write ? { ...write, update: keyOf(write.update) } : write)),
      ),
  };
  return { ...ctx, table };
}
const ownContext = (...options: Parameters<typeof cloudContext>) => withOwnFeatures(cloudContext(...options));

const IMPORTS = "enable_imports";
const by = "a test";

describe("a feature", () => {
  test("that is switched is in the instance's own audit log: by whom, from what to what", async () => {
    const { ctx, events } = withEvents(ownContext());
    const feature = "enable_supplier_sync";
    await setFeature(ctx, feature, { percentage: 50, by });
    await setFeature(ctx, feature, { percentage: 100, by });
    expect(events.map((event) => event.new)).toMatchObject([
      { type: "feature.changed", organizationId: "", data: { feature, changes: { [feature]: [null, 50] } } },
      { actor: { kind: "operator", id: by }, data: { changes: { [feature]: [50, 100] } } },
    ]);
  });

  test("is on until somebody says otherwise, and asked of the table no more than twice a minute", async () => {
    const { now, advance } = stoppedClock();
    const { around, calls } = storeFaults();
    const ctx = ownContext({ now, around });
    for (let asked = 0; asked < 100; asked++) expect(await isEnabled(ctx, "enable_supplier_sync")).toBe(true);
    expect(calls).toEqual(["GetItem"]);
    advance(30_000);
    await isEnabled(ctx, "enable_supplier_sync");
    expect(calls).toHaveLength(2);
  });

  test("that one process switches off is off in another within half a minute, and 503 in its own words", async () => {
    const { now, advance } = stoppedClock();
    const [one, other] = [
      ownContext({ now }),
      await apiHarness({ now, resources: { table: ownContext({ now }).table } }),
    ];
    const ask = () => other.request("POST", "/v1/imports", { body: {} });
    expectError(await ask(), 400, "VALIDATION_ERROR");
    try {
      await setFeature(one, IMPORTS, { percentage: 0, by });
      expect(await isEnabled(one, IMPORTS)).toBe(false);
      advance(30_000);
      const refused = await ask();
      expectError(refused, 503, "FEATURE_DISABLED");
      expect(refused.body["error"]).toMatchObject({ message: "Imports are temporarily disabled" });
    } finally {
      await setFeature(one, IMPORTS, { percentage: 100, by });
    }
    advance(30_000);
    expectError(await ask(), 400, "VALIDATION_ERROR");
  });

  test("for a share of organisations keeps each one's answer; without one only 100 is on", async () => {
    const ctx = ownContext();
    const share = async () => {
      const asked = Array.from({ length: 200 }, (_, index) => isEnabled(ctx, IMPORTS, `org_${index}`));
      return (await Promise.all(asked)).filter(Boolean).length;
    };
    try {
      await setFeature(ctx, IMPORTS, { percentage: 50, by });
      const half = await share();
      expect(half).toBeGreaterThan(60);
      expect(half).toBeLessThan(140);
      expect(await share()).toBe(half);
      expect(await isEnabled(ctx, IMPORTS)).toBe(false);
    } finally {
      await setFeature(ctx, IMPORTS, { percentage: 100, by });
    }
  });

  test("that is set says by whom, and leaves the others as they are", async () => {
    const ctx = ownContext();
    await Promise.all([
      setFeature(ctx, IMPORTS, { percentage: 100, by }),
      setFeature(ctx, "enable_supplier_sync", { percentage: 100, by }),
    ]);
    const settings = await readSettings(ctx);
    expect(settings[IMPORTS]).toMatchObject({ percentage: 100, updatedBy: by });
    expect(settings.enable_supplier_sync).toMatchObject({ percentage: 100, updatedBy: by });
    for (const percentage of [-1, 101, 1.5, Number.NaN])
      await expect(setFeature(ctx, IMPORTS, { percentage, by })).rejects.toThrow(RangeError);
  });

  test("that the configuration switches off is off whatever the table says, and is not asked for there", async () => {
    const { around, calls } = storeFaults();
    const ctx = ownContext({ around });
    const off = { ...ctx, config: { ...ctx.config, features: { enable_user_registration: false } } };
    await expect(requireEnabled(off, "enable_user_registration")).rejects.toMatchObject({
      code: "FEATURE_DISABLED",
      message: "User registration temporarily disabled",
    });
    expect(calls).toEqual([]);
  });
});
