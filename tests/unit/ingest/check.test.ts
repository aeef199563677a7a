import { describe, expect, it } from "vitest";
import { checkParsed, LIMITS, validateRecord } from "../../../core/ingest/check.ts";
import type { ProductRecord } from "../../../core/ingest/record.ts";
import { cleanHtml } from "../../../core/platform/html.ts";

const RECORD: ProductRecord = { sku: "A", name: "Apple", images: [], attributes: {} };

async function check(change: Partial<ProductRecord>) {
  const {
    record,
    faults = [],
    warnings = [],
  } = await checkParsed({ rows: [1], raw: [[]], record: { ...RECORD, ...change } });
  const short = (list: { path: string; code: string }[]) => list.map(({ path, code }) => `${path} ${code}`);
  return { record, faults: short(faults), warnings: short(warnings) };
}

describe("a description", () => {
  it.each([
    ["<p>Soft <b>wool</b></p>", "<p>Soft <b>wool</b></p>", false],
    ["Salt & pepper, 5 < 6", "Salt & pepper, 5 < 6", false],
    ["a<br>b", "a<br />b", false],
    ["<p onclick=x()>a</p>", "<p>a</p>", true],
    ["a<script>alert(1)</script>", "a", true],
    ['<a href="javascript:alert(1)">x</a>', "<a>x</a>", true],
    ['<a href="java&#115;cript:alert(1)">x</a>', "<a>x</a>", true],
    ['<a href="https://x.y/">x</a>', '<a href="https://x.y/">x</a>', false],
    ["<img src=x onerror=alert(1) ", "", true],
    ["<svg/onload=alert(1)>a", "a", true],
    ['<iframe src="//x"></iframe>a', "a", true],
    ["a<style>p{}</style>", "a", true],
  ])("%j becomes %j", async (html, expected, removed) => {
    const { record, warnings } = await check({ description: html });
    expect(record?.description).toBe(expected);
    expect(warnings).toEqual(removed ? ["description HTML_REMOVED"] : []);
    const { text } = await cleanHtml(expected);
    expect((await cleanHtml(text)).text).toBe(text);
  });
});

describe("plain texts", () => {
  it("lose tags and control characters, with a warning, and keep what only looks like a tag", async () => {
    const { record, warnings } = await check({
      name: "Red<br>Mug & <b>Lid</b>",
      brand: "A\u0000B\u0085",
      category: "Size <M",
      attributes: { Care: "<i>wash</i>" },
    });
    expect(record).toMatchObject({
      name: "Red Mug & Lid",
      brand: "AB",
      category: "Size <M",
      attributes: { Care: "wash" },
    });
    expect(warnings).toEqual(["name HTML_REMOVED", "brand CONTROL_CHARACTERS_REMOVED", "attributes.Care HTML_REMOVED"]);
  });

  it("keep emoji, joined ones too, and lose half a surrogate pair", async () => {
    expect((await check({ name: "👩‍👩‍👧 Mug \uD83D" })).record?.name).toBe("👩‍👩‍👧 Mug ");
  });

  it("that are nothing but tags are missing", async () => {
    expect(await check({ name: "<b></b>" })).toMatchObject({ record: undefined, faults: ["name REQUIRED"] });
    expect((await check({ brand: "<b></b>" })).record).toEqual(RECORD);
  });
});

describe("addresses of images", () => {
  it("other than http(s) are dropped with a warning", async () => {
    const images = [
      "https://x.y/1.jpg",
      "javascript:alert(1)",
      "data:image/png;base64,AA",
      "/2.jpg",
      "http://x.y/ü.jpg",
      "https://",
    ];
    const { record, warnings } = await check({ images });
    expect(record?.images).toEqual(["https://x.y/1.jpg", "http://x.y/ü.jpg"]);
    expect(warnings).toEqual(Array.from({ length: 4 }, () => "images IMAGE_DROPPED"));
  });
});

describe("limits", () => {
  it("refuse a field and keep the record without it", async () => {
    const long = "x".repeat(LIMITS.description + 1);
    const { record, faults } = await check({
      description: long,
      brand: "x".repeat(201),
      attributes: { ok: "1", long: "x".repeat(2_001) },
    });
    expect(faults).toEqual(["description TOO_LONG", "brand TOO_LONG", "attributes.long TOO_LONG"]);
    expect(record).toEqual({ ...RECORD, attributes: { ok: "1" } });
  });

  it("refuse too many images or attributes as a whole", async () => {
    const images = Array.from({ length: 51 }, (_, index) => `https://x.y/${index}.jpg`);
    const attributes = Object.fromEntries(images.concat(images.map((url) => `${url}!`)).map((url) => [url, "1"]));
    expect(await check({ images, attributes })).toMatchObject({
      record: RECORD,
      faults: ["images TOO_LONG", "attributes TOO_LONG"],
    });
  });

  it("leave no record without its SKU or its name", async () => {
    expect(await check({ sku: "x".repeat(101) })).toMatchObject({ record: undefined, faults: ["sku TOO_LONG"] });
    expect(await check({ name: "x".repeat(501) })).toMatchObject({ record: undefined, faults: ["name TOO_LONG"] });
    expect(await check({ sku: "A\u0001" })).toMatchObject({ record: undefined, faults: ["sku INVALID_CHARACTERS"] });
    expect(validateRecord({ ...RECORD, sku: "" }).map(({ code }) => code)).toEqual(["REQUIRED"]);
  });

  it("add to the faults that reading found", async () => {
    const fault = { path: "price", code: "NEGATIVE", message: "" };
    const checked = await checkParsed({
      rows: [1],
      raw: [[]],
      record: { ...RECORD, brand: "x".repeat(201) },
      faults: [fault],
    });
    expect(checked.faults?.map(({ path }) => path)).toEqual(["price", "brand"]);
    const refused = { rows: [1], raw: [[]], faults: [fault] };
    expect(await checkParsed(refused)).toBe(refused);
  });
});
