import { describe, expect, test } from "vitest";
import { Lru } from "../../../core/platform/lru.ts";

describe("a bounded map", () => {
  test("forgets what was not used for longest, reading counted as use", () => {
    const lru = new Lru<number>({ max: 2 });
    lru.set("a", 1);
    lru.set("b", 2);
    expect(lru.get("a")).toBe(1);
    lru.set("c", 3);
    expect(lru.get("b")).toBeUndefined();
    expect([...lru.values()]).toEqual([1, 3]);
    expect(lru.size).toBe(2);
  });

  test("asked whether it has something counts as no use", () => {
    const lru = new Lru<number>({ max: 2 });
    lru.set("a", 1);
    lru.set("b", 2);
    expect(lru.has("a")).toBe(true);
    lru.set("c", 3);
    expect(lru.has("a")).toBe(false);
  });

  test("stays below its weight too, and forgets a value that alone is beyond it", () => {
    const lru = new Lru<string>({ max: 10, weight: { max: 5, of: (text) => text.length } });
    lru.set("a", "xxx");
    lru.set("b", "xx");
    expect(lru.size).toBe(2);
    lru.set("c", "x");
    expect(lru.has("a")).toBe(false);
    expect(lru.size).toBe(2);
    lru.set("d", "xxxxxx");
    expect(lru.size).toBe(0);
    lru.set("e", "xxxxx");
    expect(lru.get("e")).toBe("xxxxx");
  });

  test("weighs a replaced, removed or cleared value no more", () => {
    const lru = new Lru<string>({ max: 10, weight: { max: 4, of: (text) => text.length } });
    lru.set("a", "xxx");
    lru.set("a", "x");
    lru.set("b", "xxx");
    expect(lru.size).toBe(2);
    expect(lru.delete("b")).toBe(true);
    expect(lru.delete("b")).toBe(false);
    lru.set("c", "xxx");
    expect(lru.size).toBe(2);
    lru.clear();
    lru.set("d", "xxxx");
    expect([...lru.values()]).toEqual(["xxxx"]);
  });
});
