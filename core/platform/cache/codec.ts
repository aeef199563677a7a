/**
 * Cache values as JSON text (never code-bearing formats). What JSON lacks is tagged: `{"$":"date","v":"2026-…"}`.
 * A plain object's own keys that begin with `$` are written with one more, so that no value can pass for a tag.
 */

/** The value, or a part of it named by its path, cannot be cached. */
export class CodecError extends TypeError {
  override readonly name = "CodecError";
}

/** Nothing we cache nests deeper; a hostile value must not exhaust the stack. */
const MAX_DEPTH = 100;
const TAG = "$";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * Takes JSON values, Date, bigint, Map, Set, and plain objects and arrays of them; undefined fields are left out.
 * Throws CodecError for functions, symbols, other class instances, NaN, infinities, cycles and a `__proto__` key.
 */
export function serializeValue(value: unknown): string {
  return JSON.stringify(toJson(value, "value", new Set()));
}

/** The value again. Throws CodecError for what serializeValue cannot have written; gives data only, whatever the text. */
export function deserializeValue(text: string): unknown {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new CodecError("Not JSON", { cause: error });
  }
  return fromJson(json, 0);
}

function toJson(value: unknown, path: string, ancestors: Set<object>): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new CodecError(`${path} is ${value}`);
      return value;
    case "bigint":
      return { [TAG]: "bigint", v: value.toString() };
    case "object":
      return value === null ? null : objectToJson(value, path, ancestors);
    case "undefined":
    case "function":
    case "symbol":
      throw new CodecError(`${path} is ${typeof value}`);
  }
}

function objectToJson(value: object, path: string, ancestors: Set<object>): Json {
  if (ancestors.has(value)) throw new CodecError(`${path} contains itself`);
  if (ancestors.size >= MAX_DEPTH) throw new CodecError(`${path} is nested too deep`);
  ancestors.add(value);
  try {
    if (Array.isArray(value)) {
      // Array.from visits holes too: they are undefined, which no array here may hold.
      return Array.from(value, (inner: unknown, index) => toJson(inner, `${path}.${index}`, ancestors));
    }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) throw new CodecError(`${path} is an invalid date`);
      return { [TAG]: "date", v: value.toISOString() };
    }
    if (value instanceof Map) {
      return { [TAG]: "map", v: toJson(Array.from<unknown>(value.entries()), path, ancestors) };
    }
    if (value instanceof Set) return { [TAG]: "set", v: toJson(Array.from<unknown>(value), path, ancestors) };
    return plainToJson(value, path, ancestors);
  } finally {
    ancestors.delete(value);
  }
}

function plainToJson(value: object, path: string, ancestors: Set<object>): Json {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CodecError(`${path} is an instance of ${value.constructor.name}`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new CodecError(`${path} has a symbol key`);
  const fields: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") throw new CodecError(`${path} has a __proto__ key`);
    if (inner === undefined) continue;
    fields.push([key.startsWith(TAG) ? TAG + key : key, toJson(inner, `${path}.${key}`, ancestors)]);
  }
  return Object.fromEntries(fields);
}

function fromJson(json: Json, depth: number): unknown {
  if (json === null || typeof json !== "object") return json;
  if (depth >= MAX_DEPTH) throw new CodecError("Nested too deep");
  if (Array.isArray(json)) return json.map((inner) => fromJson(inner, depth + 1));
  if (Object.hasOwn(json, TAG)) return untag(json, depth);
  const fields: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(json)) {
    if (key === "__proto__") throw new CodecError("A __proto__ key");
    fields.push([key.startsWith(TAG) ? key.slice(1) : key, fromJson(inner, depth + 1)]);
  }
  return Object.fromEntries(fields);
}

function untag(json: { [key: string]: Json }, depth: number): unknown {
  const { [TAG]: tag, v } = json;
  if (tag === "date" && typeof v === "string") {
    const date = new Date(v);
    if (!Number.isNaN(date.getTime())) return date;
  }
  if (tag === "bigint" && typeof v === "string" && /^-?\d{1,1000}$/.test(v)) return BigInt(v);
  if (tag === "set" && Array.isArray(v)) return new Set(v.map((inner) => fromJson(inner, depth + 1)));
  if (tag === "map" && Array.isArray(v)) {
    return new Map(
      v.map((entry): [unknown, unknown] => {
        if (!Array.isArray(entry) || entry.length !== 2) throw new CodecError("A map's entry is not a pair");
        return [fromJson(entry[0] ?? null, depth + 2), fromJson(entry[1] ?? null, depth + 2)];
      }),
    );
  }
  throw new CodecError(`Unknown or malformed tag ${JSON.stringify(tag).slice(0, 40)}`);
}
