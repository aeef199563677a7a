import { expect, test } from "vitest";
import { testActor } from "../../support/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { ownTable } from "../../support/own-table.ts";
import { storm } from "../../support/webhook-storm.ts";
import { registered, withStripe } from "../../support/webhooks.ts";

/** The full figure, 1,000 events 10,000 times, is `npm run bench -- webhooks`. */
test("S3-03: events delivered ten times each by many clients, through failing stores and dying workers, are each applied once", {
  timeout: 180_000,
}, async () => {
  const actor = testActor();
  // Its many sweeps look through the events of all organisations: in the run's table, those of every other test.
  const tableName = await ownTable();
  const result = await storm(
    async (around, now) => withStripe(await registered(cloudContext({ actor, around, now, tableName }))),
    {
      events: 80,
      times: 10,
      objects: 8,
      clients: 64,
      workers: 8,
      faults: { fail: 0.03, lose: 0.03, kill: 0.02 },
      seed: 20_261_121,
    },
  );
  expect(result.faults).toEqual([]);
  expect(result.deliveries).toBe(800);
  expect(result.kills).toBeGreaterThan(10);
  expect(result.failures).toBeGreaterThan(20);
});
