import { describe, expect, it } from "vitest";
import { START } from "../../../../core/ingest/formats/index.ts";
import { type OrderMappingInput, OrderMappingSchema } from "../../../../core/ingest/orders/order-mapping.ts";
import type { OrderRow } from "../../../../core/ingest/orders/order-row.ts";
import { readOrderRows } from "../../../../core/ingest/orders/read-orders.ts";
import type { Parsed } from "../../../../core/ingest/record.ts";
import { inChunks } from "../../../support/records.ts";

const BASE: OrderMappingInput = {
  groupBy: "no",
  sku: "sku",
  title: "title",
  quantity: "qty",
  unitPrice: "price",
  placedAt: "at",
  customer: { externalId: { column: "customer", remove: [".0"] } },
  cancellation: { prefix: "C" },
};
const HEADER = "no,sku,title,qty,price,at,customer";

async function rows(
  lines: string[],
  change: Partial<OrderMappingInput> = {},
  { format = "csv", header = HEADER }: { format?: "csv" | "jsonl"; header?: string } = {},
): Promise<Parsed<OrderRow>[]> {
  const mapping = OrderMappingSchema.parse({ ...BASE, ...change });
  const file = (format === "csv" ? [header, ...lines] : lines).join("\n");
  const found: Parsed<OrderRow>[] = [];
  for await (const row of readOrderRows(inChunks(file), { format, mapping, currency: "GBP" }, { ...START }))
    found.push(row);
  return found;
}

const one = async (line: string, change: Partial<OrderMappingInput> = {}) => (await rows([line], change))[0];
const codes = (row: Parsed<OrderRow> | undefined) => row?.faults?.map(({ path, code }) => `${path} ${code}`) ?? [];

describe("a row of a file of orders", () => {
  it("says its order, its line and what the line comes to", async () => {
    expect(await one("536365,85123A,  HANGING   HEART ,6,2.55,2010-12-01 08:26:00,17850.0")).toMatchObject({
      rows: [1],
      group: { key: "sale\n536365", late: false },
      record: {
        meaning: "sale",
        externalId: "536365",
        channel: "file",
        status: "fulfilled",
        placedAt: "2010-12-01T08:26:00.000Z",
        currency: "GBP",
        customer: { externalId: "17850" },
        line: {
          sku: "85123A",
          title: "HANGING HEART",
          quantity: 6,
          unitPrice: { minor: 255, currency: "GBP" },
          total: { minor: 1530, currency: "GBP" },
        },
      },
    });
  });

  it.each([
    ["C1,A,t,-2,3.50,2010-12-01,", "credit", 700, true],
    ["1,A,damaged,-2,0.0,2010-12-01,", "writeOff", 0, false],
    ["1,A,t,-2,3.50,2010-12-01,", "writeOff", 700, false],
    ["1,B,Adjust bad debt,1,-11062.06,2010-12-01,", "credit", 1_106_206, true],
    ["1,A,gift,2,0,2010-12-01,", "sale", 0, false],
  ])("has the meaning of its signs: %s is a %s", async (line, meaning, minor, late) => {
    const row = await one(line);
    expect(row?.record).toMatchObject({ meaning, line: { total: { minor } } });
    expect(row?.group).toMatchObject({ late });
  });

  it("tells returns from write-offs as the mapping says, and refuses them where it says so", async () => {
    expect((await one("1,A,t,-2,1,2010-12-01,", { negativeQuantities: "return" }))?.record?.meaning).toBe("credit");
    expect(codes(await one("1,A,t,-2,1,2010-12-01,", { negativeQuantities: "reject" }))).toEqual(["quantity NEGATIVE"]);
    expect(codes(await one("C1,A,t,2,1,2010-12-01,"))).toEqual(["quantity NOT_NEGATIVE"]);
    expect(codes(await one("1,A,t,-2,-1,2010-12-01,"))).toEqual(["unitPrice NEGATIVE"]);
  });

  it("is a cancellation by the words of a column too", async () => {
    const cancellation = { column: "title", values: ["Cancelled"] };
    expect((await one("1,A,CANCELLED,-1,2,2010-12-01,", { cancellation }))?.record?.meaning).toBe("credit");
    expect((await one("C1,A,sold,1,2,2010-12-01,", { cancellation }))?.record?.meaning).toBe("sale");
  });

  it.each([
    ["2000", "0.0005", "", 100, undefined],
    ["3", "0.333", "unitPrice TOO_PRECISE", 0, undefined],
    ["10", "1.5E+1", "", 15_000, 1_500],
    ["4", "2.5000", "", 1_000, 250],
    ["1", "1,234.50", "unitPrice NOT_A_NUMBER", 0, undefined],
    ["1", "£2", "unitPrice NOT_A_NUMBER", 0, undefined],
    ["1", "", "unitPrice REQUIRED", 0, undefined],
    ["9007199254740991", "10", "unitPrice OUT_OF_RANGE", 0, undefined],
    ["1.5", "2", "quantity NOT_WHOLE", 0, undefined],
    ["0", "2", "quantity ZERO", 0, undefined],
    ["", "2", "quantity REQUIRED", 0, undefined],
    ["many", "2", "quantity NOT_A_NUMBER", 0, undefined],
  ])("keeps %s × %s exactly, or says why not: %s", async (quantity, price, fault, minor, unit) => {
    const row = await one(`1,A,t,${quantity},"${price}",2010-12-01,`);
    expect(codes(row)).toEqual(fault === "" ? [] : [fault]);
    if (fault !== "") expect(row?.record).toBeUndefined();
    else expect(row?.record?.line).toMatchObject({ total: { minor, currency: "GBP" } });
    expect(row?.record?.line.unitPrice?.minor).toBe(unit);
  });

  it("rounds a total once where the mapping says so, and tells", async () => {
    const row = await one("1,A,t,3,0.335,2010-12-01,", { rounding: "halfUp" });
    expect(row?.record?.line).toEqual({ sku: "A", title: "t", quantity: 3, total: { minor: 101, currency: "GBP" } });
    expect(row?.warnings).toMatchObject([{ code: "AMOUNT_ROUNDED" }]);
  });

  it("takes the total of the line where the file has no price of a unit", async () => {
    const row = await one("1,A,t,3,10.00,2010-12-01,", { unitPrice: undefined, lineTotal: "price" });
    expect(row?.record?.line).toEqual({ sku: "A", title: "t", quantity: 3, total: { minor: 1000, currency: "GBP" } });
  });

  it("knows its currency by a column", async () => {
    const [row, odd] = await rows(["1,A,jpy,2,300,2010-12-01,", "1,A,xxq,2,300,2010-12-01,"], {
      currency: { column: "title" },
    });
    expect(row?.record).toMatchObject({ currency: "JPY", line: { total: { minor: 600, currency: "JPY" } } });
    expect(codes(odd)).toEqual(["currency UNKNOWN_CURRENCY"]);
  });

  it("keeps its order even where it is at fault, so that it can be refused with it", async () => {
    const [bad, none] = await rows(["7,A,t,x,1,2010-12-01,", ",A,t,1,1,2010-12-01,"]);
    expect(bad).toMatchObject({ group: { key: "sale\n7" } });
    expect(codes(none)).toEqual(["externalId REQUIRED"]);
    expect(none).not.toHaveProperty("group");
    expect(codes(await one("7,A,t,1,1,someday,"))).toEqual(["placedAt INVALID_DATE"]);
  });

  it("costs only the field where a text is too long or holds control characters", async () => {
    const row = await one(`1,A\u0007,${"t".repeat(501)},1,1,2010-12-01,`);
    expect(codes(row)).toEqual(["sku INVALID_CHARACTERS", "title TOO_LONG"]);
    expect(row?.record?.line).toEqual({
      quantity: 1,
      unitPrice: { minor: 100, currency: "GBP" },
      total: { minor: 100, currency: "GBP" },
    });
  });

  it("without a number is known by its content, whatever spaces stand around it", async () => {
    const mapping = { groupBy: undefined, cancellation: undefined };
    const all = await rows(["1,A,t,1,1,2010-12-01,", "1, A ,t,1,1,2010-12-01,", "1,B,t,1,1,2010-12-01,"], mapping);
    const [first, same, other] = all.map(({ record }) => record?.content);
    expect(first).toBe(same);
    expect(first).not.toBe(other);
    expect(all[0]).not.toHaveProperty("group");
  });

  it("may be an object of JSON lines", async () => {
    const [row] = await rows(
      ['{"order":{"id":9},"lines":[{"sku":"A","n":2,"each":"1.25"}],"at":"2010-12-01T08:26:00Z"}'],
      {
        groupBy: "order.id",
        sku: "lines.0.sku",
        title: undefined,
        quantity: "lines.0.n",
        unitPrice: "lines.0.each",
        customer: undefined,
      },
      { format: "jsonl" },
    );
    expect(row?.record).toMatchObject({ externalId: "9", line: { sku: "A", quantity: 2, total: { minor: 250 } } });
  });
});

describe("a mapping of orders", () => {
  const faultOf = (change: object) => {
    const result = OrderMappingSchema.safeParse({ ...BASE, ...change });
    return result.success ? "taken" : result.error.issues.map(({ path }) => path.join(".")).join();
  };

  it.each([
    [{}, "taken"],
    [{ lineTotal: "total" }, "unitPrice"],
    [{ unitPrice: undefined }, "unitPrice"],
    [{ identity: "content" }, "identity"],
    [{ groupBy: undefined, identity: "externalId" }, "identity"],
    [{ groupBy: undefined, identity: "content" }, "taken"],
    [{ placedAt: { column: "at", pattern: "HH:mm" } }, "placedAt.pattern"],
    [{ placedAt: { column: "at", timeZone: "Mars/Olympus" } }, "placedAt.timeZone"],
    [{ decimalSeparator: ",", groupSeparator: "," }, "groupSeparator"],
    [{ surprise: true }, ""],
  ])("%j is %s", (change, verdict) => {
    expect(faultOf(change)).toBe(verdict);
  });
});
