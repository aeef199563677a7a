import type { Expression, Item } from "./table.ts";

/** An update expression that sets what has a value and removes what is undefined. */
export function setting(changes: Item): Expression {
  const set: string[] = [];
  const removed: string[] = [];
  const names: Record<string, string> = {};
  const values: Item = {};
  for (const [index, [name, value]] of Object.entries(changes).entries()) {
    names[`#s${index}`] = name;
    if (value === undefined) removed.push(`#s${index}`);
    else {
      set.push(`#s${index} = :s${index}`);
      values[`:s${index}`] = value;
    }
  }
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.join(", ")}`] : []),
  ];
  return { expression: clauses.join(" "), names, values };
}
