import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodecError, deserializeValue, serializeValue } from "../../../../core/platform/cache/codec.ts";

const trip = (value: unknown): unknown => deserializeValue(serializeValue(value));

/** Keys that a hostile or careless value might have: tags, escapes, prototype names. */
const keys = fc
  .oneof(fc.string(), fc.constantFrom("$", "$$", "$v", "v", "constructor", "toString", "prototype"))
  .filter((key) => key !== "__proto__");

const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.record({ minor: fc.maxSafeInteger(), currency: fc.constantFrom("USD", "KRW", "KWD") }),
    ),
    fc.array(tie("value")),
    fc.dictionary(keys, tie("value")).map((fields) => ({ ...fields })),
    fc.array(fc.tuple(fc.string(), tie("value"))).map((entries) => new Map(entries)),
    fc.array(fc.oneof(fc.string(), fc.bigInt())).map((members) => new Set(members)),
  ),
}));

class Product {
  readonly sku = "A";
}

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

describe("codec", () => {
  it("gives back every value it takes: dates, money, bigints, maps, sets, and fields of any name", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(trip(value)).toEqual(value);
      }),
    );
  });

  it("writes JSON, and the plain JSON of a value that has nothing special", () => {
    fc.assert(
      fc.property(values, (value) => {
        JSON.parse(serializeValue(value));
      }),
    );
    expect(serializeValue({ name: "Shoe", price: { minor: 1300, currency: "USD" } })).toBe(
      '{"name":"Shoe","price":{"minor":1300,"currency":"USD"}}',
    );
  });

  it("leaves out undefined fields, as JSON does", () => {
    expect(trip({ a: 1, b: undefined })).toEqual({ a: 1 });
  });

  it("takes the same object twice, which is not a cycle", () => {
    const shared = { at: new Date(0) };
    expect(trip([shared, shared])).toEqual([shared, shared]);
  });

  it.each([
    ["a function", { f: () => 1 }, "value.f is function"],
    ["a symbol", [Symbol("s")], "value.0 is symbol"],
    ["a symbol key", { [Symbol("s")]: 1 }, "value has a symbol key"],
    ["undefined itself", undefined, "value is undefined"],
    ["undefined in a list", [1, undefined], "value.1 is undefined"],
    ["a hole in a list", Array<number>(1), "value.0 is undefined"],
    ["NaN", { a: { b: Number.NaN } }, "value.a.b is NaN"],
    ["infinity", [Number.NEGATIVE_INFINITY], "value.0 is -Infinity"],
    ["an invalid date", new Date(Number.NaN), "value is an invalid date"],
    ["an instance of a class", new Product(), "value is an instance of Product"],
    ["bytes", Buffer.from("x"), "value is an instance of Buffer"],
    ["an error", new Error("x"), "value is an instance of Error"],
    ["a promise", Promise.resolve(), "value is an instance of Promise"],
    ["a __proto__ key", JSON.parse('{"__proto__":{"admin":true}}'), "value has a __proto__ key"],
    ["a value nested too deep", nested(200), "nested too deep"],
  ])("refuses %s and says where", (_what, value, message) => {
    expect(() => serializeValue(value)).toThrow(CodecError);
    expect(() => serializeValue(value)).toThrow(message);
  });

  it("refuses a cycle in an object, a list or a map", () => {
    const object: Record<string, unknown> = {};
    object["self"] = { inner: object };
    const list: unknown[] = [];
    list.push(list);
    const map = new Map<string, unknown>();
    map.set("self", map);
    for (const loop of [object, list, map]) expect(() => serializeValue(loop)).toThrow("contains itself");
  });
});

describe("a hostile payload", () => {
  it.each([
    "",
    "not json",
    '{"$":"function","v":"() => process.exit()"}',
    '{"$":"date","v":"never"}',
    '{"$":"date","v":0}',
    '{"$":"bigint","v":"1e9"}',
    `{"$":"bigint","v":"${"9".repeat(10_000)}"}`,
    '{"$":"map","v":[[1,2,3]]}',
    '{"$":"map","v":{}}',
    '{"$":{"$":"date"},"v":1}',
    '{"$":null}',
    '{"__proto__":{"admin":true}}',
    '[{"a":{"__proto__":{"admin":true}}}]',
    `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  ])("is refused: %#", (text) => {
    expect(() => deserializeValue(text)).toThrow(CodecError);
  });

  it("gives data or CodecError, and never touches a prototype", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          deserializeValue(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it("cannot pass off a field of its own as a tag", () => {
    const forged = { $: "date", v: "2026-11-21T00:00:00.000Z" };
    expect(trip(forged)).toEqual(forged);
    expect(trip({ $$: 1, $$$: 2 })).toEqual({ $$: 1, $$$: 2 });
  });
});
