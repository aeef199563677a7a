import fc from "fast-check";
import type { Schema } from "./document.ts";

/** A place for an id of a kind that the shop has by then; filled in when the request is sent. */
const PLACE = /^@id:(\w+|\*):(\d+)$/;

const KIND_BY_NAME: Record<string, string> = {
  productId: "prd",
  locationId: "loc",
  fromLocationId: "loc",
  toLocationId: "loc",
  categoryId: "cat",
  parentId: "cat",
  brandId: "brd",
  supplierId: "sup",
  orderId: "ord",
  uploadId: "upl",
  recipeId: "rcp",
  lotId: "lot",
};

export const idPlace = (kind: string) => fc.nat(1_000).map((at) => `@id:${kind}:${at}`);

/** The value with its places filled from ids by kind; `*` takes any. */
export function withIds(value: unknown, ids: ReadonlyMap<string, readonly string[]>): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    const [, kind, at] = (typeof inner === "string" && PLACE.exec(inner)) || [];
    if (kind === undefined) return inner;
    const known = kind === "*" ? [...ids.values()].flat() : (ids.get(kind) ?? []);
    return known[Number(at) % known.length] ?? "nobody's";
  });
  return text === undefined ? undefined : JSON.parse(text);
}

/** What has broken programs before. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, "", " ", "\0", "__proto__", "constructor", "💥", "\ud800", "x".repeat(5_000)),
  fc.constantFrom<unknown>(-1, 0, -0, 1.5, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 31, true, [], {}, [[]], [null]),
  fc.constantFrom<unknown>("=1+1", "<script>", "../..", "%00", "2026-02-30", "9".repeat(400), "1e400", "-0.00"),
  fc.constant(JSON.parse('{"__proto__":{"admin":true}}')),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Fields whose schema says less than their verbs ask: without these nearly every request would be refused at the door. */
const HINTS: Record<string, fc.Arbitrary<unknown>> = {
  currency: fc.constantFrom("USD", "USD", "USD", "USD", "KRW", "KWD", "XXX"),
  amount: fc.constantFrom("0.00", "0.01", "10.00", "15.00", "20.00", "99999999.99", "1.005", "-5.00", "7"),
  country: fc.constantFrom("US", "KR", "ZZ"),
  lineId: fc.constantFrom("1", "2", "3"),
  sku: fc.constantFrom("A", "B", "C", "ä", "A#B", " x "),
  limit: fc.constantFrom(1, 2, 50, 100, 101, 0),
  cursor: fc.constantFrom("", "x", "A".repeat(60)),
};

export type Components = Record<string, Schema>;

/** Values as a schema of the document describes them, of a size that a request has. */
export function arbitraryOf(schema: Schema, components: Components, name = "", depth = 0): fc.Arbitrary<unknown> {
  const of = (inner: unknown, innerName = name) =>
    arbitraryOf((inner ?? {}) as Schema, components, innerName, depth + 1);
  if (depth > 12) return fc.constant(null);
  const hint = HINTS[name];
  if (hint && schema["type"] !== "object" && schema["type"] !== "array") return hint;
  if (typeof schema["$ref"] === "string") return of(components[schema["$ref"].split("/").at(-1) ?? ""]);
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as Schema[] | undefined;
  if (choices) return fc.oneof(...choices.map((choice) => of(choice)));
  if (Array.isArray(schema["allOf"])) return of(Object.assign({}, ...(schema["allOf"] as Schema[])));
  if (Array.isArray(schema["type"])) return fc.oneof(...schema["type"].map((type: unknown) => of({ ...schema, type })));
  switch (schema["type"]) {
    case "string":
      return stringOf(schema, name);
    case "integer":
      return fc.integer({ min: bound(schema, "minimum", 0), max: bound(schema, "maximum", 1_000) });
    case "number":
      return fc.double({ min: bound(schema, "minimum", 0), max: bound(schema, "maximum", 1_000), noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const least = Number(schema["minItems"] ?? 0);
      return fc.array(of(schema["items"], name.replace(/s$/, "")), {
        minLength: least,
        maxLength: Math.max(least, Math.min(Number(schema["maxItems"] ?? 3), 3)),
      });
    }
    case "object":
      return objectOf(schema, of);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

function objectOf(schema: Schema, of: (schema: unknown, name: string) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const known = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner, name)]));
  const required = ((schema["required"] ?? []) as string[]).filter((name) => name in known);
  const record = fc.record(known, { requiredKeys: required });
  const others = schema["additionalProperties"];
  if (typeof others !== "object" || others === null) return record;
  const extra = fc.dictionary(fc.constantFrom("a", "Colour", "__proto__", "크기", "x y"), of(others, ""), {
    maxKeys: 2,
  });
  return fc.tuple(record, extra).map(([own, more]) => ({ ...more, ...own }));
}

function stringOf(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (/^id$|Ids?$/.test(name) && !name.startsWith("external"))
    return idPlace(KIND_BY_NAME[name.replace(/s$/, "")] ?? "*");
  if (schema["format"] === "date-time") return dates.map((date) => date.toISOString());
  if (schema["format"] === "date") return dates.map((date) => date.toISOString().slice(0, 10));
  if (schema["format"] === "uri") return fc.webUrl();
  if (schema["format"] === "email") return fc.emailAddress();
  if (typeof schema["pattern"] === "string") return matching(schema["pattern"]);
  const minLength = Math.min(Number(schema["minLength"] ?? 0), 100);
  const maxLength = Math.max(minLength, Math.min(Number(schema["maxLength"] ?? 20), 20));
  return fc.oneof(fc.string({ minLength, maxLength }), fc.string({ minLength, maxLength, unit: "grapheme" }));
}

const dates = fc.date({ min: new Date("2025-01-01"), max: new Date("2028-01-01"), noInvalidDate: true });

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, "u"), { size: "-1" });
  } catch {
    // It has what cannot be generated from, such as a look-ahead.
    return fc.string({ maxLength: 20 });
  }
}

const MOST = 2 ** 53 - 1;

/** The schema's own limit, at least as often as one that requests really have. */
function bound(schema: Schema, name: "minimum" | "maximum", usual: number): number {
  const given = schema[name] ?? schema[name === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"];
  if (typeof given !== "number" || Math.abs(given) >= MOST) return usual;
  return given;
}

/** The value with one of its parts, or all of it, replaced by junk; or with a field that it should not have. */
export function spoiled(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, junk, fc.array(fc.nat(20), { maxLength: 4 }))
    .map(([whole, part, way]) => replace(whole, part, way));
}

function replace(value: unknown, part: unknown, [step, ...rest]: number[]): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return part;
  const names = Object.keys(value);
  const name = names[step % (names.length + 1)];
  if (name === undefined) return Array.isArray(value) ? [...value, part] : { ...value, "no such field": part };
  const inner = replace((value as Record<string, unknown>)[name], part, rest);
  return Array.isArray(value) ? value.with(Number(name), inner) : { ...value, [name]: inner };
}
