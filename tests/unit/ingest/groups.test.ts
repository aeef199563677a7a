import { describe, expect, it } from "vitest";
import { Groups } from "../../../core/ingest/groups.ts";
import type { Parsed } from "../../../core/ingest/record.ts";

/** A file by its rows' keys; a leading minus marks a group that is worked late, and "" a row of none. */
function groupsOf(keys: string[], cell = "x"): Groups {
  const groups = new Groups();
  keys.forEach((key, index) => groups.note(index + 1, rowOf(key, index + 1, cell)));
  return groups;
}

function rowOf(key: string, row: number, cell = "x"): Parsed<unknown> {
  return { rows: [row], raw: [[cell]], ...(key === "" ? {} : { group: { key, late: key.startsWith("-") } }) };
}

const placeOf = (groups: Groups, key: string) => groups.placeOf({ key, late: key.startsWith("-") });

describe("the groups of a file", () => {
  it("are worked where they stand when their rows follow each other", () => {
    const groups = groupsOf(["a", "a", "b", "", "c", "c"]);
    expect(groups.hasAside).toBe(false);
    expect(["a", "b", "c"].map((key) => placeOf(groups, key))).toEqual([undefined, undefined, undefined]);
  });

  it("are set aside when other rows stand between theirs, and when they are late, in the order of their first rows", () => {
    const groups = groupsOf(["-z", "b", "a", "", "a", "b", "c", "-y"]);
    expect(groups.hasAside).toBe(true);
    const places = ["b", "a", "c", "-z", "-y"].map((key) => placeOf(groups, key));
    expect(places).toEqual(["0#0000000002", "0#0000000003", undefined, "1#0000000001", "1#0000000008"]);
  });

  it("are never held when they are larger than memory should be", () => {
    const groups = groupsOf(["a", "b", ...Array.from({ length: 5_000 }, () => "a")]);
    expect([groups.isTooLarge({ key: "a", late: false }), groups.isTooLarge({ key: "b", late: false })]).toEqual([
      true,
      false,
    ]);
    expect(placeOf(groups, "a")).toBeUndefined();
    expect(groupsOf(["a", "a"], "x".repeat(3_000_000)).isTooLarge({ key: "a", late: false })).toBe(true);
  });
});
