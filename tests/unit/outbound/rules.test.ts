import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agenda } from "../../../core/outbound/agenda.ts";
import { bodyOf, deliveryId, DELAYS_MS, nextAttemptAfter } from "../../../core/outbound/delivery.ts";
import { isKnownFilter, matchesFilter } from "../../../core/outbound/filter.ts";
import { checkUrl } from "../../../core/outbound/url.ts";
import { createIds } from "../../../core/platform/ids.ts";
import { testConfig } from "../../support/context.ts";

describe("a filter", () => {
  it.each([
    ["*", "order.placed", true],
    ["order.*", "order.placed", true],
    ["order.*", "orders.imported", false],
    ["order.placed", "order.placed", true],
    ["order.placed", "order.placedTwice", false],
    ["stock.*", "order.placed", false],
    ["*", "session.started", false],
    ["*", "apiKey.created", false],
    ["session.*", "session.started", true],
  ])("%s of %s: %s", (filter, type, expected) => {
    expect(matchesFilter([filter], type)).toBe(expected);
  });

  it("is only taken where it has a meaning", () => {
    const types = ["order.placed", "stock.adjusted"];
    expect(["*", "order.*", "order.placed"].every((filter) => isKnownFilter(filter, types))).toBe(true);
    expect(
      ["", "order", "ordr.*", "order.", "*.placed", "order.plac*", "**"].some((f) => isKnownFilter(f, types)),
    ).toBe(false);
  });
});

describe("a URL", () => {
  const production = testConfig({ ENVIRONMENT: "production", CORS_ORIGINS: "https://shop.example.com" });
  const home = testConfig({ ENVIRONMENT: "development" });

  it("outside development is https, on the public internet, without credentials or fragment", () => {
    expect(checkUrl(production, "https://hooks.example.com/a?b=c")).toBe("https://hooks.example.com/a?b=c");
    for (const url of [
      "http://hooks.example.com/",
      "ftp://hooks.example.com/",
      "javascript:alert(1)",
      "hooks.example.com",
      "https://user@hooks.example.com/",
      "https://:pass@hooks.example.com/",
      "https://hooks.example.com/#part",
      "https://localhost/",
      "https://LOCALHOST./",
      "https://printer.local/",
      "https://metadata.google.internal/",
      "https://intranet/",
      "https://127.0.0.1/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://169.254.169.254/latest/meta-data/",
      "https://[::1]/",
      "https://[::ffff:10.0.0.1]/",
      "https://192.168.1.1:8443/",
      `https://hooks.example.com/${"x".repeat(2_000)}`,
    ])
      expect(() => checkUrl(production, url), url).toThrow("Invalid request data");
  });

  it("in development may be http, and on loopback only where the configuration allows it", () => {
    expect(checkUrl(home, "http://hooks.example.com/")).toBe("http://hooks.example.com/");
    expect(() => checkUrl(home, "http://127.0.0.1:9000/")).toThrow("Invalid request data");
    const allowing = testConfig({ ENVIRONMENT: "development", ALLOW_PRIVATE_ADDRESSES: "true" });
    expect(checkUrl(allowing, "http://127.0.0.1:9000/")).toBe("http://127.0.0.1:9000/");
  });
});

describe("the schedule", () => {
  it("is at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, each after the one before, and then over", () => {
    const seconds = [1, 2, 3, 4, 5, 6, 7].map((step) => (nextAttemptAfter(step, 0) ?? 0) / 1_000);
    expect(seconds).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
    expect(nextAttemptAfter(8, 0)).toBeUndefined();
    expect(DELAYS_MS).toHaveLength(8);
  });

  it("gives a receiver more time when it asks for it, up to a day, and never less", () => {
    expect(nextAttemptAfter(1, 100, 60_000)).toBe(60_100);
    expect(nextAttemptAfter(1, 100, 1)).toBe(5_100);
    expect(nextAttemptAfter(1, 0, 1e12)).toBe(86_400_000);
  });
});

describe("a delivery's id", () => {
  it("follows from event and endpoint, differs for others, and sorts as the events do", () => {
    let now = 1_700_000_000_000;
    const newId = createIds(() => now);
    const [a, b] = [newId("webhookEndpoint"), newId("webhookEndpoint")];
    const events = Array.from({ length: 50 }, () => {
      now += 1;
      return newId("event");
    });
    const ids = events.map((event) => deliveryId(event, a));
    expect(ids.toSorted()).toEqual(ids);
    expect(events.map((event) => deliveryId(event, a))).toEqual(ids);
    expect(new Set([...ids, ...events.map((event) => deliveryId(event, b))]).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^wdl_[0-9A-HJKMNP-TV-Z]{26}$/);
  });
});

describe("what is sent", () => {
  it("is type, timestamp and data beside the id; without the data where it is too large for a webhook", () => {
    const event = { id: "evt_1", type: "order.placed", occurredAt: "2026-11-21T12:00:00.000Z" };
    expect(bodyOf({ ...event, data: { id: 1 } })).toBe(
      '{"id":"evt_1","type":"order.placed","timestamp":"2026-11-21T12:00:00.000Z","data":{"id":1}}',
    );
    const huge = bodyOf({ ...event, data: { text: "é".repeat(150_000) } });
    expect(JSON.parse(huge)).toMatchObject({ id: "evt_1", data: {}, dataOmitted: true });
  });
});

it("the sweep comes to a delivery when no message will, and else a minute later, whatever the delay", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 * 3_600_000 }), (delayMs) => {
      const now = Date.UTC(2026, 10, 21);
      const lookAt = Date.parse(agenda("wdl_01", now + delayMs, now).gsi2sk.slice(0, 24));
      expect(lookAt).toBe(now + delayMs + (delayMs > 900_000 ? 0 : 60_000));
    }),
  );
});
