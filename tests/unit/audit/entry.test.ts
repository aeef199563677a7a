import { expect, test } from "vitest";
import { entryAfter, hashOf, NO_HASH } from "../../../core/audit/entry.ts";
import type { DomainEvent } from "../../../core/platform/events.ts";

const event: DomainEvent = {
  id: "evt_1",
  type: "order.placed",
  organizationId: "org_1",
  actor: { kind: "apiKey", id: "key_1" },
  requestId: "req_1",
  address: "198.51.100.7",
  occurredAt: "2026-11-21T12:00:00.000Z",
  data: { id: "ord_1" },
};

test("an entry says who did what, from where and when, and carries the hash of the one before", () => {
  const first = entryAfter(event, 1, NO_HASH);
  expect(first).toEqual({
    number: 1,
    id: "evt_1",
    at: "2026-11-21T12:00:00.000Z",
    action: "order.placed",
    actor: { kind: "apiKey", id: "key_1" },
    address: "198.51.100.7",
    requestId: "req_1",
    data: { id: "ord_1" },
    previousHash: NO_HASH,
    hash: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(entryAfter(event, 2, first.hash).previousHash).toBe(first.hash);
});

test("its hash changes with whatever of it is changed, and not with the order of its fields", () => {
  const entry = entryAfter(event, 1, NO_HASH);
  expect(hashOf(Object.fromEntries(Object.entries(entry).toReversed()) as typeof entry)).toBe(entry.hash);
  for (const change of [
    { number: 2 },
    { id: "evt_2" },
    { at: "2026-11-21T12:00:00.001Z" },
    { action: "order.paid" },
    { actor: { kind: "apiKey", id: "key_2" } },
    { address: "198.51.100.8" },
    { requestId: "req_2" },
    { data: { id: "ord_2" } },
    { previousHash: entry.hash },
  ])
    expect(hashOf({ ...entry, ...change })).not.toBe(entry.hash);
});

test("secrets and what is about a person are left out of what can never be changed", () => {
  const data = {
    password: "seven grey herons",
    note: "with sk_0123456789abcdef0123456789abcdef0123456789a",
    email: "mina@people.example",
    changes: { phone: ["1", "2"], shipTo: { street: "123 Main St", city: "Anytown" }, customer: { name: "Mina" } },
    name: "Wireless Mouse",
  };
  expect(entryAfter({ ...event, data }, 1, NO_HASH).data).toEqual({
    password: "[redacted]",
    note: "with [redacted]",
    email: "[personal]",
    changes: { phone: "[personal]", shipTo: { street: "[personal]", city: "Anytown" }, customer: "[personal]" },
    name: "Wireless Mouse",
  });
});
