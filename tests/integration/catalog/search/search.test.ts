import { describe, expect, it } from "vitest";
import { openShop } from "./shop.ts";

const names = (page: { products: { name: string }[] }) => page.products.map(({ name }) => name);

describe("search", () => {
  it("finds every product that contains the word, newest first, and counts them (S0-67)", async () => {
    const shop = openShop();
    await shop.create({ name: "Red Shirt", sku: "SHIRT-001" });
    await shop.create({ name: "Blue Pants", sku: "PANTS-001" });
    await shop.create({ name: "Red Hat", sku: "HAT-001" });
    await shop.project();
    shop.settle();
    const page = await shop.search({ query: "Red" });
    expect(names(page)).toEqual(["Red Hat", "Red Shirt"]);
    expect(page).toMatchObject({ total: 2, totalRelation: "eq" });
    expect(page.nextCursor).toBeUndefined();
  });

  it("finds parts of words, in any case, over name, SKU and description, all words of the query together", async () => {
    const shop = openShop();
    await shop.create({ name: "Sweatshirt", sku: "DD1391-100", description: "Heavy COTTON, brushed inside" });
    await shop.create({ name: "T-shirt", sku: "DD1391-200", description: "Light cotton" });
    await shop.project();
    shop.settle();
    const find = async (query: string) => names(await shop.search({ query }));
    expect(await find("SHIRT cott")).toEqual(["T-shirt", "Sweatshirt"]);
    expect(await find("dd1391-1")).toEqual(["Sweatshirt"]);
    expect(await find("391-")).toEqual(["T-shirt", "Sweatshirt"]);
    expect(await find("eatsh usHED")).toEqual(["Sweatshirt"]);
    expect(await find("shirt silk")).toEqual([]);
    expect(await find("t")).toEqual(["T-shirt", "Sweatshirt"]);
    expect(await find("-")).toEqual(["T-shirt", "Sweatshirt"]);
    expect(await find(",")).toEqual(["Sweatshirt"]);
  });

  it("finds Korean, Thai, Chinese and Japanese text by any part of it, and emoji", async () => {
    const shop = openShop();
    await shop.create({ name: "나이키 덩크 로우 레트로 블랙" });
    await shop.create({ name: "เสื้อยืดผู้ชายสีแดง" });
    await shop.create({ name: "红色运动鞋男款2024新品" });
    await shop.create({ name: "スニーカー限定 🔥" });
    await shop.project();
    shop.settle();
    const count = async (query: string) => (await shop.search({ query })).total;
    for (const query of [
      "덩크 블랙",
      "이키",
      "ยืดผู้",
      "สีแดง",
      "运动",
      "动鞋男",
      "鞋",
      "2024",
      "款2024新",
      "限定",
      "ﾆｰｶ",
      "🔥",
    ]) {
      expect([query, await count(query)]).toEqual([query, 1]);
    }
    expect(await count("色动")).toBe(0);
    expect(await count("크로")).toBe(0);
  });

  it("filters by status, price bounds of one currency, and category", async () => {
    const shop = openShop();
    const dollars = (minor: number) => ({ minor, currency: "USD" });
    await shop.create({ name: "Mug A", price: dollars(1000), categoryId: "cat_1" });
    await shop.create({ name: "Mug B", price: dollars(2000), status: "draft", categoryId: "cat_1" });
    await shop.create({ name: "Mug C", price: { minor: 1500, currency: "KRW" }, categoryId: "cat_2" });
    await shop.create({ name: "Mug D" });
    await shop.project();
    shop.settle();
    for (const query of ["mug", "m"]) {
      const find = async (filters: object) => names(await shop.search({ query, ...filters }));
      expect(await find({ status: "draft" })).toEqual(["Mug B"]);
      expect(await find({ minPriceMinor: 1000, currency: "USD" })).toEqual(["Mug B", "Mug A"]);
      expect(await find({ minPriceMinor: 1001, maxPriceMinor: 2000, currency: "USD" })).toEqual(["Mug B"]);
      expect(await find({ categoryId: "cat_1", status: "active" })).toEqual(["Mug A"]);
      expect(await find({ categoryId: "cat_3" })).toEqual([]);
    }
  });

  it("shows a product at once, before the stream has carried it to the index, and once afterwards", async () => {
    const shop = openShop();
    await shop.create({ name: "Old lamp" });
    await shop.project();
    shop.settle();
    await shop.create({ name: "New lamp" });
    expect(await shop.search({ query: "lamp" })).toMatchObject({ total: 2, totalRelation: "eq" });
    expect(names(await shop.search({ query: "new" }))).toEqual(["New lamp"]);
    await shop.project();
    expect(names(await shop.search({ query: "lamp" }))).toEqual(["New lamp", "Old lamp"]);
    expect(await shop.search({ query: "lamp" })).toMatchObject({ total: 2 });
  });

  it("answers with products as they are, not as the index knew them", async () => {
    const shop = openShop();
    const lamp = await shop.create({ name: "Lamp" });
    await shop.project();
    shop.settle();
    await shop.update(lamp.id, { name: "Torch" });
    expect(names(await shop.search({ query: "lamp" }))).toEqual([]);
    await shop.project();
    expect(names(await shop.search({ query: "torch" }))).toEqual(["Torch"]);
    expect(await shop.search({ query: "lamp" })).toMatchObject({ products: [], total: 0 });
  });

  it("writes nothing to the index for a change of price or status", async () => {
    const shop = openShop();
    const lamp = await shop.create({ name: "Lamp" });
    await shop.project();
    await shop.update(lamp.id, { status: "archived", price: { minor: 100, currency: "USD" } });
    expect(await shop.project()).toBe(0);
  });

  it("shows another organisation nothing", async () => {
    const [ours, theirs] = [openShop(), openShop()];
    await ours.create({ name: "Secret lamp" });
    await ours.project();
    ours.settle();
    for (const query of ["lamp", "l", "secret"]) {
      expect(await theirs.search({ query })).toEqual({ products: [], total: 0, totalRelation: "eq" });
    }
  });

  it("takes a cursor only for the organisation and the query it was made for", async () => {
    const [ours, theirs] = [openShop(), openShop()];
    for (let n = 0; n < 3; n++) await ours.create({ name: `Lamp ${n}` });
    await ours.project();
    ours.settle();
    const { nextCursor = "" } = await ours.search({ query: "lamp", limit: 2 });
    const invalid = { code: "INVALID_CURSOR" };
    await expect(ours.search({ query: "lamp", limit: 2, cursor: nextCursor })).resolves.toMatchObject({ total: 3 });
    await expect(ours.search({ query: "lam", cursor: nextCursor })).rejects.toMatchObject(invalid);
    await expect(ours.search({ query: "lamp", status: "draft", cursor: nextCursor })).rejects.toMatchObject(invalid);
    await expect(theirs.search({ query: "lamp", cursor: nextCursor })).rejects.toMatchObject(invalid);
  });
});
