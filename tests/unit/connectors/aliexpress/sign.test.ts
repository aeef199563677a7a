import { describe, expect, test } from "vitest";
import { linkGenerate, listed, productQuery, sign } from "../../../../core/connectors/aliexpress/requests.ts";
import { signature } from "../../../../core/connectors/aliexpress/sign.ts";

const access = { credentials: { appKey: "key", appSecret: "helloworld" }, settings: {}, now: 1_517_820_392_000 };

describe("the signature", () => {
  test("is the documented one, with the path of a system interface in front", () => {
    const parameters = { foo_bar: "3", foo: "1", foobar: "4", bar: "2", sign: "not a part of it" };
    expect(signature("helloworld", parameters, "/test/api")).toBe(
      "BD011266EC150C787B2201495AA2D6F326BB6910DE77E84EA28F5215DCD7FA5E",
    );
  });

  test("is the one that the documentation prints for an order", () => {
    const parameters = {
      access_token: "test",
      app_key: "123456",
      order_id: "1234",
      sign_method: "sha256",
      timestamp: "1517820392000",
    };
    expect(signature("helloworld", parameters, "/order/get")).toBe(
      "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A",
    );
  });

  test("is of the values as they are, which only then are encoded", () => {
    const url = "https://www.aliexpress.com/item/1.html?a=b&c=d e";
    const signed = sign(linkGenerate([url], "mine"), access);
    const form = new URLSearchParams(signed.body);
    expect(form.get("source_values")).toBe(url);
    expect(signed.body).not.toContain(url);
    expect(form.get("sign")).toBe(signature("helloworld", Object.fromEntries(form)));
    expect(signed.query).toBeUndefined();
  });
});

test("a call names no secret, and is asked anew with another time", () => {
  const request = productQuery({ query: "desk lamp", page: 2, pageSize: 50, currency: "USD" }, { country: "KR" });
  const [one, other] = [sign(request, access), sign(request, { ...access, now: access.now + 1 })];
  expect(`${one.path}${JSON.stringify(one.headers)}${one.body}`).not.toContain("helloworld");
  expect(one.body).not.toBe(other.body);
  expect(Object.fromEntries(new URLSearchParams(one.body))).toMatchObject({
    method: "aliexpress.affiliate.product.query",
    keywords: "desk lamp",
    page_no: "2",
    page_size: "50",
    ship_to_country: "KR",
    timestamp: "1517820392000",
  });
  expect(one.body).not.toContain("tracking_id");
});

test("an address with a comma stays one address of a list", () => {
  expect(listed("https://a.example/x,y").split(",")).toHaveLength(1);
});
