import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readConfig } from "../../../core/platform/config.ts";

const NEEDED = {
  TABLE_NAME: "table",
  BUCKET_NAME: "bucket",
  IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
  SUPPLIER_SYNC_QUEUE_URL: "http://127.0.0.1/supplier-sync",
  PURCHASES_QUEUE_URL: "http://127.0.0.1/purchases",
  CHANNEL_UPDATES_QUEUE_URL: "http://127.0.0.1/channel-updates",
  CHANNEL_ORDERS_QUEUE_URL: "http://127.0.0.1/channel-orders",
  WEBHOOK_EVENTS_QUEUE_URL: "http://127.0.0.1/webhook-events",
  OUTBOUND_WEBHOOKS_QUEUE_URL: "http://127.0.0.1/outbound-webhooks",
};

const lines = readFileSync(".env.example", "utf8").split("\n");
const example = Object.fromEntries(
  lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s, 2) as [string, string]),
);

it("S2-16, S4-05: every setting that a person may change is in .env.example", () => {
  const schema = readFileSync("core/platform/config.ts", "utf8");
  const known = [...schema.matchAll(/^ {4}([A-Z_]+): /gm)].map(([, name = ""]) => name);
  expect(known.length).toBeGreaterThan(10);
  // Set by the stacks or by the local cloud, never by hand.
  const made = new Set([...Object.keys(NEEDED), "VERSION"]);
  expect(Object.keys(example)).toEqual(expect.arrayContaining(known.filter((name) => !made.has(name))));
});

it("S2-16: what .env.example says is the default is the default", () => {
  expect(readConfig({ ...NEEDED, ...example })).toEqual(readConfig(NEEDED));
});
