import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorOf } from "../../../../core/connectors/ownerclan/errors.ts";
import { IGNORED } from "../../../../core/connectors/ownerclan/ignored.ts";
import { readItem, readItems } from "../../../../core/connectors/ownerclan/map.ts";
import { ItemSchema, OrderSchema } from "../../../../core/connectors/ownerclan/wire.ts";
import { PermanentError, RateLimitError, TransientError } from "../../../../core/platform/http/errors.ts";
import { TokenRefusedError } from "../../../../core/connectors/index.ts";
import { itemAt } from "../../../../local/sandbox/ownerclan/items.ts";
import { schema } from "../../../../local/sandbox/ownerclan/schema.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";

const ITEM = {
  key: "W000000",
  name: " 예시 상품 ",
  model: "M-1",
  production: "예시 제조",
  origin: "대한민국",
  price: 35_000,
  pricePolicy: "fixed",
  fixedPrice: 59_000,
  searchKeywords: ["예시", "상품"],
  category: { key: "C1", name: "티셔츠", fullName: "패션의류 > 상의 > 티셔츠" },
  content: "<p>설명</p>",
  shippingFee: 3_000,
  shippingType: "inAdvance",
  images: ["https://images.example.com/1.jpg"],
  status: "available",
  options: [
    { key: "1", price: 35_000, quantity: 23, optionAttributes: [{ name: "색상", value: "RED" }] },
    { key: "2", price: 55_000, quantity: 4, optionAttributes: [{ name: "색상", value: "BLUE (+20,000원)" }] },
    { key: "3", price: 35_000, quantity: 9, optionAttributes: [{ name: "색상", value: "블랙 (품절)" }] },
    { key: "4", price: 35_000, quantity: 1, optionAttributes: [{ name: "색상", value: "XL (+1,000원)" }] },
  ],
  taxFree: false,
  adultOnly: false,
  returnable: true,
  noReturnReason: null,
  guaranteedShippingPeriod: 3,
  openmarketSellable: true,
  boxQuantity: 10,
  attributes: [],
  metadata: '{"vendorKey":"V001","grade":"A"}',
  isUsed: false,
  createdAt: 1_767_225_600,
  updatedAt: 1_767_229_200,
};

const product = (changes: Record<string, unknown> = {}) => {
  const read = readItem({ ...ITEM, ...changes });
  if ("unreadable" in read) throw new Error(read.unreadable.reasons.join());
  return read.product;
};

describe("an item", () => {
  test("is mapped without loss: won exactly, options as they are chosen, stock as their sum", () => {
    expect(product()).toEqual({
      externalId: "W000000",
      name: "예시 상품",
      description: "<p>설명</p>",
      cost: { minor: 35_000, currency: "KRW" },
      price: { minor: 59_000, currency: "KRW" },
      quantity: 28,
      isAvailable: true,
      categories: ["패션의류", "상의", "티셔츠"],
      images: ["https://images.example.com/1.jpg"],
      attributes: {
        model: "M-1",
        production: "예시 제조",
        origin: "대한민국",
        searchKeywords: "예시, 상품",
        status: "available",
        guaranteedShippingPeriod: "3",
        boxQuantity: "10",
        taxFree: "false",
        returnable: "true",
        isUsed: "false",
      },
      options: [
        { externalId: "1", values: { 색상: "RED" }, quantity: 23, isAvailable: true },
        {
          externalId: "2",
          values: { 색상: "BLUE" },
          surcharge: { minor: 20_000, currency: "KRW" },
          quantity: 4,
          isAvailable: true,
        },
        { externalId: "3", values: { 색상: "블랙" }, quantity: 0, isAvailable: false },
        {
          externalId: "4",
          values: { 색상: "XL" },
          surcharge: { minor: 1_000, currency: "KRW" },
          quantity: 1,
          isAvailable: true,
        },
      ],
      restrictions: [],
      updatedAt: "2026-01-01T01:00:00.000Z",
      vendor: "V001",
      shipping: { kind: "inAdvance", fee: { minor: 3_000, currency: "KRW" } },
    });
  });

  test.each([
    [{ openmarketSellable: false }, ["openmarketSellable=false"]],
    [{ attributes: ["PROHIBIT"] }, ["PROHIBIT"]],
  ])("that must not be sold is not available: %o", (changes, restrictions) => {
    expect(product(changes)).toMatchObject({ isAvailable: false, restrictions, quantity: 28 });
  });

  test("that takes a licence or a customs code says so, and is available", () => {
    const attributes = ["ATTR_H_FOOD", "ATTR_OVERSEA", "SOMETHING_ELSE"];
    expect(product({ attributes, adultOnly: true })).toMatchObject({
      isAvailable: true,
      restrictions: ["adultOnly=true", "ATTR_H_FOOD", "ATTR_OVERSEA"],
    });
  });

  test.each(["soldout", "unavailable", "discontinued"])("whose status is %s is not available", (status) => {
    expect(product({ status }).isAvailable).toBe(false);
  });

  test("without a choice has its quantity and no options", () => {
    const options = [{ key: "0", price: 35_000, quantity: 7, optionAttributes: [] }];
    expect(product({ options })).toMatchObject({ quantity: 7, options: [] });
  });

  test("in the simpler shape is read as well: sku, cost and stock of its own", () => {
    const simple = {
      id: 17,
      name: "Simple",
      sku: "S-17",
      price: "59000",
      cost: 35_000,
      stock: 4,
      description: "",
      category: "티셔츠",
      images: [],
      attributes: { colour: "red", sizes: ["S", "M"] },
    };
    expect(readItem(simple)).toEqual({
      product: {
        externalId: "17",
        sku: "S-17",
        name: "Simple",
        cost: { minor: 35_000, currency: "KRW" },
        price: { minor: 59_000, currency: "KRW" },
        quantity: 4,
        isAvailable: true,
        categories: ["티셔츠"],
        images: [],
        attributes: { colour: "red", sizes: '["S","M"]' },
        options: [],
        restrictions: [],
      },
    });
    expect(readItem({ id: "a", name: "No stock", price: 100 })).toMatchObject({
      product: { cost: { minor: 100 }, quantity: 0, isAvailable: false },
    });
  });

  test.each([
    [{ price: 0.5 }, 'price: "0.5" KRW has more decimals than its currency'],
    [{ price: -1 }, "price: -1 is negative"],
    [{ name: null }, /^name: /],
    [{ options: [{ quantity: "many" }] }, /^options\.0\.quantity: /],
  ])("that cannot be read keeps its reasons and itself: %o", (changes, reason) => {
    const original = { ...ITEM, ...changes };
    const { products, unreadable } = readItems([original, ITEM]);
    expect(products).toHaveLength(1);
    expect(unreadable).toEqual([
      {
        externalId: "W000000",
        original,
        reasons: [typeof reason === "string" ? reason : expect.stringMatching(reason)],
      },
    ]);
  });
});

describe("every field that is known", () => {
  /** By its path, as far down as objects go. */
  const fieldsOf = (type: string): string[] => {
    const found = schema.getType(type);
    if (!found || !("getFields" in found)) return [];
    return Object.keys(found.getFields());
  };
  const read = (shape: object) => Object.keys(shape);

  test.each([
    ["Item", read(ItemSchema.unwrap().shape)],
    ["Order", read(OrderSchema.unwrap().shape)],
  ])("of %s in the stand-in's schema is read or ignored on purpose", (type, taken) => {
    const known = new Set([...taken, ...Object.keys(IGNORED), "createdAt", "updatedAt"]);
    expect(fieldsOf(type).filter((field) => !known.has(field))).toEqual([]);
  });

  test("of the stand-in's items is read: none of them is unreadable", () => {
    const items = Array.from({ length: 500 }, (_, index) => itemAt(index));
    expect(readItems(items)).toMatchObject({ unreadable: [], products: { length: 500 } });
  });
});

describe.skipIf(!existsSync(new URL("marketplace_apis/ownerclan_notes.tar.gz", DATA)))(
  "the samples of the documents, in ../shared/data (skipped where they are not there)",
  () => {
    const sample = (name: string) =>
      JSON.parse(unpackedFromTar("marketplace_apis/ownerclan_notes.tar.gz", name).toString("utf8")) as {
        data: Record<string, unknown>;
      };

    test("are read, each field of them", () => {
      const { data } = sample("item_query_sample.json");
      const shape = ItemSchema.unwrap().shape;
      expect(Object.keys(data).filter((field) => !(field in shape) && !(field in IGNORED))).toEqual([]);
      expect(readItem({ key: "W000000", price: 35_000, ...data })).toMatchObject({
        product: {
          name: "예시 상품",
          attributes: { model: "예시 모델" },
          quantity: 23,
          options: [{ values: { 색상: "RED", 사이즈: "95" }, quantity: 23, isAvailable: true }],
        },
      });
      expect(readItem(data)).toMatchObject({ unreadable: { original: data } });
    });

    test("say that something was not found, which is no fault of the call", () => {
      expect(errorOf({ status: 200, headers: {}, body: sample("error_sample.json") })).toBeUndefined();
    });
  },
);

describe("an error in an answer", () => {
  const answer = (code?: string, data: unknown = null, message = "…") => ({
    status: 200,
    headers: {},
    body: { errors: [{ message, ...(code === undefined ? {} : { extensions: { code } }) }], data },
  });

  test.each([
    ["UNAUTHENTICATED", TokenRefusedError],
    ["RATE_LIMITED", RateLimitError],
    ["INTERNAL_SERVER_ERROR", TransientError],
    ["OUT_OF_STOCK", PermanentError],
    ["ITEM_NOT_FOUND", PermanentError],
  ])("%s is told by its code, not by the status", (code, error) => {
    expect(errorOf(answer(code))).toBeInstanceOf(error);
  });

  test("without a code is read by its words where it is about the token", () => {
    expect(errorOf(answer(undefined, null, "jwt expired"))).toBeInstanceOf(TokenRefusedError);
    expect(errorOf(answer(undefined, null, "재고가 부족합니다."))).toBeInstanceOf(PermanentError);
  });

  test("names its code, never its words: they may repeat what was sent", () => {
    const error = errorOf(answer("OUT_OF_STOCK", null, "홍길동 010-0000-0000"));
    expect(error?.message).toBe("ownerclan: answered OUT_OF_STOCK");
  });

  test("that something was not found is none where the rest was answered", () => {
    expect(errorOf(answer("ITEM_NOT_FOUND", { itemsByKeys: [] }))).toBeUndefined();
  });

  test("is left to the status where that says more", () => {
    expect(errorOf({ ...answer("UNAUTHENTICATED"), status: 503 })).toBeUndefined();
    expect(errorOf({ status: 200, headers: {}, body: { data: {} } })).toBeUndefined();
  });

  test("is one where there is nothing beside it", () => {
    const body = { errors: [{ message: "Syntax Error" }] };
    expect(errorOf({ status: 400, headers: {}, body })).toBeInstanceOf(PermanentError);
    expect(errorOf({ status: 200, headers: {}, body })?.message).toBe("ownerclan: answered an error without a code");
  });
});
