import type { Fault } from "../platform/errors.ts";
import type { Parsed, ProductRecord } from "./record.ts";
import { type Cleaned, cleanHtml, hasMarkup, hasTag, withoutTags } from "../platform/html.ts";

/** Longest texts, in UTF-16 units, and most parts of a list. What is beyond is refused, never cut. */
export const LIMITS = {
  sku: 100,
  name: 500,
  description: 20_000,
  brand: 100,
  category: 200,
  familyKey: 255,
  externalId: 200,
  images: 50,
  imageUrl: 2_048,
  attributes: 100,
  attributeName: 100,
  attributeValue: 2_000,
} as const;

const OPTIONAL = ["description", "brand", "category", "familyKey", "externalId"] as const;
const TEXTS = ["sku", "name", ...OPTIONAL] as const;
/** Identifiers are refused rather than cleaned: two that differ only in what was removed would become one. */
const CODES = ["sku", "familyKey", "externalId"] as const;

/** Verdicts on a record's fields, by their paths; empty when it can be taken. */
export function validateRecord(record: ProductRecord): Fault[] {
  const faults: Fault[] = [];
  const limit = (path: string, what: string, value: number, most: number) => {
    if (value > most)
      faults.push({ path, code: "TOO_LONG", message: `${what} has ${value}, at most ${most} are taken` });
  };
  for (const path of ["sku", "name"] as const) {
    if (record[path] === "") faults.push({ path, code: "REQUIRED", message: `The row has no ${path}` });
  }
  for (const path of TEXTS) limit(path, `The length of ${path}`, record[path]?.length ?? 0, LIMITS[path]);
  for (const path of CODES) {
    if (/\p{C}/u.test(record[path] ?? ""))
      faults.push({ path, code: "INVALID_CHARACTERS", message: `${path} holds control or invisible characters` });
  }
  limit("images", "The list of images", record.images.length, LIMITS.images);
  for (const url of record.images) limit("images", `The length of ${url.slice(0, 60)}…`, url.length, LIMITS.imageUrl);
  const attributes = Object.entries(record.attributes);
  limit("attributes", "The list of attributes", attributes.length, LIMITS.attributes);
  for (const [name, value] of attributes) {
    const path = `attributes.${name.slice(0, LIMITS.attributeName)}`;
    limit(path, "The length of the attribute's name", name.length, LIMITS.attributeName);
    limit(path, "The length of the attribute", value.length, LIMITS.attributeValue);
  }
  return faults;
}

/** Cleaning escapes what it keeps, so a text may grow: `<` becomes `&lt;`. */
const MOST_GROWTH = 5;

/**
 * Whether it takes `checkParsed` to know which fields of a record are at fault: cleaning may bring a text under its
 * limit or over it, or leave nothing of a name. Of most records it changes nothing, and this is the cheaper question.
 */
export function cleaningMayDecide(record: ProductRecord): boolean {
  const { name, brand, category, description = "", attributes } = record;
  return (
    (description.length * MOST_GROWTH > LIMITS.description && hasMarkup(description)) ||
    [name, brand, category, ...Object.entries(attributes).flat()].some((text) => text !== undefined && hasTag(text)) ||
    /^[\p{C}\s]*$/u.test(name) ||
    validateRecord(record).length > 0
  );
}

/**
 * What a reader took, cleaned and validated: HTML reduced to harmless tags, control characters and unusable image
 * addresses gone (with a warning each), limits held (with a fault each, and the record without that field). Whether a
 * record with faults is taken is for the caller to say; one whose SKU or name is at fault is gone.
 */
export async function checkParsed(parsed: Parsed): Promise<Parsed> {
  if (!parsed.record) return parsed;
  const warnings = [...(parsed.warnings ?? [])];
  const cleaned = await sanitizeRecord(parsed.record, warnings);
  const limits = validateRecord(cleaned);
  const faults = [...(parsed.faults ?? []), ...limits];
  const record = limits.length === 0 ? cleaned : withoutFields(cleaned, limits);
  const { rows, raw } = parsed;
  return {
    rows,
    raw,
    ...(record ? { record } : {}),
    ...(faults.length > 0 ? { faults } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** Cleans every text of a record. What changed its meaning is added to the warnings. */
export async function sanitizeRecord(record: ProductRecord, warnings: Fault[]): Promise<ProductRecord> {
  const cleaned: ProductRecord = { ...record };
  for (const path of ["name", "brand", "category"] as const) {
    const text = record[path];
    if (text === undefined) continue;
    const plain = await plainText(text, path, warnings);
    if (plain !== "" || path === "name") cleaned[path] = plain;
    else delete cleaned[path];
  }
  if (record.description !== undefined) {
    const text = withoutControls(record.description, "description", warnings);
    cleaned.description = hasMarkup(text) ? noted(await cleanHtml(text), "description", warnings) : text;
  }
  cleaned.images = record.images.filter((url) => isImageUrl(url, warnings));
  const attributes: [string, string][] = [];
  for (const [name, value] of Object.entries(record.attributes)) {
    const path = `attributes.${name}`;
    attributes.push([await plainText(name, path, warnings), await plainText(value, path, warnings)]);
  }
  cleaned.attributes = Object.fromEntries(attributes.filter(([name, value]) => name !== "" && value !== ""));
  return cleaned;
}

/** Text that is shown as it is, and so must hold no tags. */
function plainText(text: string, path: string, warnings: Fault[]): string | Promise<string> {
  const plain = withoutControls(text, path, warnings);
  return hasTag(plain) ? withoutTags(plain).then((cleaned) => noted(cleaned, path, warnings)) : plain;
}

function noted({ text, removed }: Cleaned, path: string, warnings: Fault[]): string {
  if (removed)
    warnings.push({ path, code: "HTML_REMOVED", message: "Tags or attributes that are not taken were removed" });
  return text;
}

/** Control characters but for tab and line end, and what is no character. */
const CONTROLS = /[\p{Cc}--[\t\n\r]]|[\p{Cs}\p{Noncharacter_Code_Point}]/gv;
/** Printable ASCII, which is most text, holds none of them. */
const BEYOND_ASCII = /[^ -~\t\n\r]/;
/** Unicode's own line ends, which most programs do not show as such. */
const LINE_ENDS = /[\p{Zl}\p{Zp}]/gu;

function withoutControls(text: string, path: string, warnings: Fault[]): string {
  if (!BEYOND_ASCII.test(text)) return text;
  const plain = text.replaceAll(LINE_ENDS, "\n").replaceAll(CONTROLS, "");
  if (plain.length !== text.length) {
    warnings.push({
      path,
      code: "CONTROL_CHARACTERS_REMOVED",
      message: `${text.length - plain.length} control characters were removed`,
    });
  }
  return plain;
}

function isImageUrl(text: string, warnings: Fault[]): boolean {
  if (/^https?:/i.test(text) && URL.canParse(text)) return true;
  warnings.push({
    path: "images",
    code: "IMAGE_DROPPED",
    message: `${JSON.stringify(text.slice(0, 100))} is no http(s) address`,
  });
  return false;
}

function isOptionalText(path: string): path is (typeof OPTIONAL)[number] {
  return OPTIONAL.some((name) => name === path);
}

/** The record without the fields at fault; undefined when it cannot be without one of them. */
function withoutFields(record: ProductRecord, faults: readonly Fault[]): ProductRecord | undefined {
  const rest: ProductRecord = { ...record, attributes: { ...record.attributes } };
  for (const { path } of faults) {
    if (path === "sku" || path === "name") return undefined;
    if (path === "images") rest.images = [];
    else if (path === "attributes") rest.attributes = {};
    else if (isOptionalText(path)) delete rest[path];
    else if (path.startsWith("attributes.")) {
      const name = path.slice("attributes.".length);
      rest.attributes = Object.fromEntries(
        Object.entries(rest.attributes).filter(([key]) => key.slice(0, LIMITS.attributeName) !== name),
      );
    }
  }
  return rest;
}
