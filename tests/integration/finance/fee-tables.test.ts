import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { refusal, usd } from "./shop.ts";

const table = (effectiveFrom: string, rate: string, channel = "stockx") => ({
  channel,
  effectiveFrom,
  rules: [{ kind: "commission", rate, minimum: [usd("1.00")] }],
});
const price = { platform: "stockx", salePrice: usd("100.00") };

describe("fee tables", () => {
  it("hold from their time on until a later one, the organisation's own before the product's", async () => {
    const ctx = cloudContext();
    await Finance.createFeeTable(ctx, table("2026-06-01", "0.05"));
    await Finance.createFeeTable(ctx, table("2026-01-01", "0.04"));
    await Finance.createFeeTable(ctx, table("2026-03-01", "0.5", "alias"));
    const net = async (at: string) => (await Finance.netProceeds(ctx, { ...price, at })).net.amount;
    expect(await net("2025-12-31T23:59:59.999Z")).toBe("88.00");
    expect(await net("2026-01-01T00:00:00Z")).toBe("96.00");
    expect(await net("2026-05-31T23:59:59Z")).toBe("96.00");
    expect(await net("2026-06-01")).toBe("95.00");
    expect(await net("2026-06-01T01:00:00+02:00")).toBe("96.00");
  });

  it("of one time: the one that was added last holds, and the others stay to be seen", async () => {
    const ctx = cloudContext();
    await Finance.createFeeTable(ctx, table("2026-01-01", "0.05"));
    const second = await Finance.createFeeTable(ctx, table("2026-01-01", "0.06"));
    const { feeTable } = await Finance.feeTableInForce(ctx, { channel: "stockx", at: "2026-02-01" });
    expect(feeTable).toEqual(second);
    expect((await Finance.listFeeTables(ctx, { channel: "stockx" })).items).toHaveLength(2);
  });

  it("are listed by channel and time, page by page, with the product's own on the first", async () => {
    const ctx = cloudContext();
    for (const month of ["03", "01", "02"]) await Finance.createFeeTable(ctx, table(`2026-${month}-01`, "0.05"));
    await Finance.createFeeTable(ctx, table("2026-01-01", "0.05", "ebay"));
    const first = await Finance.listFeeTables(ctx, { limit: 3 });
    const rest = await Finance.listFeeTables(ctx, { limit: 3, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map((one) => `${one.channel} ${one.effectiveFrom.slice(0, 7)}`)).toEqual([
      "ebay 2026-01",
      "stockx 2026-01",
      "stockx 2026-02",
      "stockx 2026-03",
    ]);
    expect(rest.nextCursor).toBeUndefined();
    expect(first.builtIn.map(({ channel }) => channel)).toEqual(
      expect.arrayContaining(["stockx", "alias", "ebay", "shopify", "shop"]),
    );
    expect(rest.builtIn).toEqual([]);
    expect((await Finance.listFeeTables(ctx, { channel: "stockx" })).items).toHaveLength(3);
  });

  it("say what each fee was made of, and by which table", async () => {
    const ctx = cloudContext();
    const own = await Finance.createFeeTable(ctx, { ...table("2026-01-01", "0.095", "alias"), source: "Our contract" });
    const answer = await Finance.netProceeds(ctx, { platform: "alias", salePrice: usd("150.01"), at: "2026-02-01" });
    expect(answer).toEqual({
      salePrice: usd("150.01"),
      fees: [{ kind: "commission", amount: usd("14.25") }],
      totalFees: usd("14.25"),
      net: usd("135.76"),
      trace: [
        {
          kind: "commission",
          formula: "price × rate",
          inputs: { price: "150.01", rate: "0.095", minimum: "1.00" },
          result: usd("14.25"),
        },
      ],
      warnings: [],
      feeTable: { id: own.id, effectiveFrom: "2026-01-01T00:00:00.000Z", source: "Our contract", builtIn: false },
    });
  });

  it("warn where nothing is known of a channel", async () => {
    const ctx = cloudContext();
    expect(await Finance.netProceeds(ctx, { ...price, platform: "etsy" })).toMatchObject({
      net: usd("100.00"),
      feeTable: null,
      warnings: [{ code: "NO_FEE_TABLE" }],
    });
  });
});

describe("the target price", () => {
  it("is the least that leaves a wanted amount, a profit or a return on the cost", async () => {
    const ctx = cloudContext();
    const ask = (input: object) => Finance.targetPrice(ctx, { platform: "stockx", at: "2026-01-01", ...input });
    expect(await ask({ net: usd("176.00") })).toMatchObject({ salePrice: usd("200.00"), net: usd("176.00") });
    expect(await ask({ cost: usd("146.00"), profit: usd("30.00") })).toMatchObject({
      wanted: usd("176.00"),
      salePrice: usd("200.00"),
    });
    expect(await ask({ cost: usd("100.00"), roi: "0.3" })).toMatchObject({ wanted: usd("130.00"), net: usd("130.00") });
    expect(await ask({ cost: usd("100.00"), roi: "0.3", sellerLevel: 5 })).toMatchObject({ salePrice: usd("144.44") });
  });

  it("on Alias is of whole units, as its listings must be", async () => {
    const ctx = cloudContext();
    const answer = await Finance.targetPrice(ctx, { platform: "alias", net: usd("130.00"), at: "2026-01-01" });
    expect(answer.salePrice).toEqual(usd("148.00"));
    expect(Number(answer.net.amount)).toBeGreaterThanOrEqual(130);
  });

  it("says what is wrong with a question", async () => {
    const ctx = cloudContext();
    const ask = (input: object) => refusal(Finance.targetPrice(ctx, { platform: "stockx", ...input }));
    expect(await ask({})).toBe("VALIDATION_ERROR");
    expect(await ask({ net: usd("1.00"), cost: usd("1.00") })).toBe("VALIDATION_ERROR");
    expect(await ask({ net: usd("1.00"), profit: usd("1.00") })).toBe("VALIDATION_ERROR");
    expect(await ask({ cost: usd("1.00"), profit: usd("1.00"), roi: "0.1" })).toBe("VALIDATION_ERROR");
    expect(await ask({ cost: usd("1.00"), profit: { amount: "1", currency: "KRW" } })).toBe("VALIDATION_ERROR");
    expect(await ask({ net: usd("90071992547409.91") })).toBe("INVALID_PRICING");
  });
});
