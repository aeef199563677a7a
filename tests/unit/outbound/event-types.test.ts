import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../../core/outbound/event-types.ts";
import { PERMISSIONS } from "../../../core/platform/context.ts";

const TYPE = /"([a-z][A-Za-z]*\.[a-z][A-Za-z]*)"/g;
const listed = new Set(EVENT_TYPES.map(({ type }) => type));
const nouns = new Set([...listed].map((type) => type.split(".", 1)[0]));

/** The argument at this place (0 the first) of a call that begins here, as it is written. */
function argumentAt(place: number, text: string): string {
  let depth = 0;
  let commas = 0;
  let argument = "";
  for (const character of text) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && --depth < 0) break;
    if (character === "," && depth === 0 && ++commas > place) break;
    if (commas === place) argument += character;
  }
  return argument.replace(/^,/, "").trim();
}

/** Every place that writes an event which an organisation may hear of, with what it says is the type. */
const places = globSync("core/**/*.ts")
  .filter((path) => path !== "core/platform/events.ts")
  .flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const calls = (name: string) =>
      [...text.matchAll(new RegExp(`\\b${name}\\(`, "g"))].map(({ index }) => text.slice(index + name.length + 1));
    return [
      ...calls("outboxWrite").map((call) => argumentAt(1, call)),
      // What guests do may concern no organisation; then nobody is told.
      ...calls("guestEventWrite")
        .filter((call) => argumentAt(1, call) !== "undefined")
        .map((call) => argumentAt(2, call)),
    ].map((argument) => ({ path, argument }));
  });

const typesIn = (text: string) => [...text.matchAll(TYPE)].map(([, type = ""]) => type);

describe("GET /v1/event-types", () => {
  it("lists every type that a noun writes by name", () => {
    expect(places.length).toBeGreaterThan(30);
    for (const { path, argument } of places)
      for (const type of typesIn(argument)) expect(listed, `${path} writes ${type}`).toContain(type);
  });

  it("lists every type that a noun names elsewhere and writes by a variable", () => {
    const byVariable = places.filter(({ argument }) => typesIn(argument).length === 0 && !argument.startsWith("`"));
    const homes = new Set(byVariable.map(({ path }) => path.split("/").slice(0, 2).join("/")));
    expect(homes.size).toBeGreaterThan(2);
    for (const home of homes)
      for (const path of globSync(`${home}/**/*.ts`)) {
        const found = typesIn(readFileSync(path, "utf8")).filter((type) => nouns.has(type.split(".", 1)[0] ?? ""));
        const types = found.filter((type) => !PERMISSIONS.some((permission) => permission === type));
        for (const type of types) expect(listed, `${path} names ${type}`).toContain(type);
      }
  });

  it("lists a type for every family whose names are put together", () => {
    for (const { path, argument } of places.filter((place) => place.argument.startsWith("`"))) {
      const [, family = ""] = /^`([a-z]\w*)\./.exec(argument) ?? [];
      // `${name}.${status}` of the engine: imports and syncs.
      const families = family === "" ? ["import", "sync"] : [family];
      for (const each of families)
        expect(
          [...listed].filter((type) => type.startsWith(`${each}.`)).length,
          `${path}: ${argument}`,
        ).toBeGreaterThan(1);
    }
  });

  it("lists nothing that no noun writes", () => {
    const code = globSync("core/**/*.ts")
      .filter((path) => !path.startsWith("core/outbound/event-"))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    const puts = places.flatMap(({ argument }) => /^`([a-z]\w*)\./.exec(argument)?.[1] ?? []);
    for (const type of listed) {
      const [noun = ""] = type.split(".", 1);
      const isWritten = code.includes(`"${type}"`) || [...puts, "import", "sync"].includes(noun);
      expect(isWritten, type).toBe(true);
    }
  });

  it("gives every type a description and an example that JSON carries unchanged", () => {
    for (const { type, description, example } of EVENT_TYPES) {
      expect(description, type).toMatch(/^[A-Z].{5,}/);
      expect(JSON.parse(JSON.stringify(example)), type).toEqual(example);
    }
  });
});
