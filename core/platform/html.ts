import type { IOptions } from "sanitize-html";

/** Tags that describe goods. No images, frames, forms, styles or scripts; of attributes only a link's address. */
const TAGS = [
  "p",
  "br",
  "hr",
  "div",
  "span",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "sub",
  "sup",
  "small",
  "ul",
  "ol",
  "li",
  "dl",
  "dt",
  "dd",
  "blockquote",
  "pre",
  "code",
  "a",
  "table",
  "caption",
  "thead",
  "tbody",
  "tfoot",
  "tr",
  "th",
  "td",
];
const KEPT = new Set(TAGS);
const SCHEMES = ["http", "https", "mailto"];

/** What can begin a tag, and then swallow what a page has behind it. `a < b` and `Salt & Pepper` cannot. */
const MARKUP = /<[a-z!/?]/i;
/** A whole tag. Plain text is escaped wherever it is shown, and `Dress <M` is no tag in it. */
const TAG = /<[a-z!/?][^<>]*>/i;

/** A tag that is never closed, at the end: it is dropped with what follows it. */
const CUT_OFF = /<[a-z!/?][^<>]*$/i;
const LINE_ENDS = /<(?:br|hr|\/p|\/div|\/li|\/tr|\/h[1-6])\b[^<>]*>/gi;

export interface Cleaned {
  text: string;
  /** Whether something that a browser would have acted on is gone. */
  removed: boolean;
}

let library: Promise<(html: string, options: IOptions) => string> | undefined;

/** Loaded with the first text that holds markup: most files have none, and a cold start should not pay for it. */
async function sanitizer(): Promise<(html: string, options: IOptions) => string> {
  library ??= import("sanitize-html").then((module) => module.default);
  return await library;
}

export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}

export function hasTag(text: string): boolean {
  return TAG.test(text);
}

/** Text that may be HTML, reduced to a small set of harmless tags. Cleaning twice changes nothing more. */
export async function cleanHtml(text: string): Promise<Cleaned> {
  return await clean(text, TAGS);
}

/** Text that is no HTML: tags are taken out, and those that end a line leave a space. */
export async function withoutTags(text: string): Promise<Cleaned> {
  const cleaned = await clean(text.replaceAll(LINE_ENDS, " $&"), []);
  // The library escapes what it keeps; plain text wants its ampersands back. `&lt;` stays: it must not become a tag.
  return { ...cleaned, text: cleaned.text.replaceAll("&amp;", "&").replaceAll(/ {2,}/g, " ").trim() };
}

async function clean(html: string, allowedTags: string[]): Promise<Cleaned> {
  const sanitize = await sanitizer();
  let removed = CUT_OFF.test(html);
  const text = sanitize(html, {
    allowedTags,
    allowedAttributes: { a: ["href"] },
    allowedSchemes: SCHEMES,
    allowProtocolRelative: false,
    disallowedTagsMode: "discard",
    nonTextTags: ["script", "style", "textarea", "option", "noscript", "iframe", "object", "embed", "title"],
    onOpenTag: (name, attributes) => {
      removed ||=
        !(allowedTags.length > 0 && KEPT.has(name)) ||
        !Object.entries(attributes).every(([key, value]) => isKept(name, key, value));
    },
  });
  return { text, removed };
}

function isKept(tag: string, attribute: string, value: string): boolean {
  return tag === "a" && attribute === "href" && /^(?:https?:|mailto:|(?!\/\/)[^:]*$)/i.test(value);
}
