import { expect, it } from "vitest";
import { fieldChanges } from "../../../core/platform/field-changes.ts";

it("what a change made of each field is told before and after, what stayed is not", () => {
  const before = { name: "One", status: "draft", tags: ["a"], note: undefined as string | undefined };
  const after = { name: "Two", status: "draft", tags: ["a"], note: "New" };
  expect(fieldChanges(before, after, ["name", "status", "tags", "note"])).toEqual({
    name: ["One", "Two"],
    note: [null, "New"],
  });
  expect(fieldChanges(after, before, ["note"])).toEqual({ note: ["New", null] });
});

it("amounts are told as money, and what is long is shortened", () => {
  const before = { price: { minor: 1_200, currency: "USD" }, text: "short" };
  const after = { price: { minor: 1_300, currency: "USD" }, text: "x".repeat(10_000) };
  const changes = fieldChanges(before, after, ["price", "text"]);
  expect(changes["price"]).toEqual([
    { amount: "12.00", currency: "USD" },
    { amount: "13.00", currency: "USD" },
  ]);
  expect(String(changes["text"]?.[1])).toHaveLength(501);
});

it("fields that nobody asked for are not told", () => {
  expect(fieldChanges({ name: "One", secret: "a" }, { name: "Two", secret: "b" }, ["name"])).toEqual({
    name: ["One", "Two"],
  });
});
