import type { SourceProduct } from "../connectors/index.ts";
import { normalizeGtin } from "../platform/gtin.ts";
import { hasTag, withoutTags } from "../platform/html.ts";

/** Longest description and most pictures that are shown; more tell nobody more. */
const MAX_DESCRIPTION = 20_000;
const MAX_IMAGES = 20;
const MAX_ATTRIBUTES = 100;
const MAX_URL = 2_048;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
/** Whoever encodes a text more often than this hides something in it. */
const MAX_ROUNDS = 5;

/** Line ends and other controls part words; what turns the direction of a text, or cannot be seen, does not belong in one. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const INVISIBLE = /[\p{Cs}\p{Co}\p{Cn}\u{AD}\u{200B}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2069}\u{FEFF}]/gu;

/** A text as it may be shown: entities read, tags, controls and needless blanks gone. Cleaning twice changes nothing more. */
export async function cleanText(text: string): Promise<string> {
  let plain = text;
  for (let round = 0; ; round++) {
    const before = plain;
    // First what cannot be seen: it may part a tag or an entity that it hides.
    plain = decoded(visible(plain));
    if (hasTag(plain)) ({ text: plain } = await withoutTags(plain));
    if (plain === before) return plain;
    if (round >= MAX_ROUNDS) plain = plain.replaceAll(/[<&]/g, " ");
  }
}

function visible(text: string): string {
  return text.normalize("NFC").replaceAll(CONTROLS, " ").replaceAll(INVISIBLE, "").replaceAll(/\s+/gu, " ").trim();
}

function decoded(text: string): string {
  return text.replaceAll(
    ENTITY,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      const isCharacter = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
      return isCharacter ? String.fromCodePoint(code) : " ";
    },
  );
}

/** Whether a page or picture may be found there: http or https, a host with a domain, no credentials. */
export function isUsableAddress(text: string): boolean {
  if (text.length > MAX_URL) return false;
  const url = URL.parse(text);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  return url.hostname.includes(".") && url.username === "" && url.password === "";
}

/** A provider's words and addresses, none of which is to be trusted. What cannot be used is left out; of the product's own address an empty one stays. */
export async function cleanProduct(product: SourceProduct): Promise<SourceProduct> {
  const { description, brand, vendor, styleCode, gtin, url, affiliateUrl, ...rest } = product;
  const texts: [keyof SourceProduct, string | undefined][] = [
    ["description", description],
    ["brand", brand],
    ["vendor", vendor],
    ["styleCode", styleCode],
  ];
  const cleaned = await Promise.all(
    texts.map(async ([field, text]) => [field, text === undefined ? "" : await cleanText(text)] as const),
  );
  const kept = Object.fromEntries(cleaned.filter(([, text]) => text !== ""));
  const normal = gtin === undefined ? undefined : normalizeGtin(gtin);
  return {
    ...rest,
    ...kept,
    ...(kept["description"] === undefined ? {} : { description: kept["description"].slice(0, MAX_DESCRIPTION) }),
    ...(url === undefined ? {} : { url: isUsableAddress(url) ? url : "" }),
    ...(affiliateUrl !== undefined && isUsableAddress(affiliateUrl) ? { affiliateUrl } : {}),
    ...(normal === undefined ? {} : { gtin: normal }),
    name: await cleanText(product.name),
    categories: (await Promise.all(product.categories.map(cleanText))).filter((name) => name !== ""),
    images: product.images.filter(isUsableAddress).slice(0, MAX_IMAGES),
    attributes: await cleanAttributes(product.attributes),
  };
}

async function cleanAttributes(attributes: Record<string, string>): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(attributes)
      .slice(0, MAX_ATTRIBUTES)
      .map(async ([name, value]) => [await cleanText(name), await cleanText(value)] as const),
  );
  return Object.fromEntries(entries.filter(([name, value]) => name !== "" && value !== ""));
}
