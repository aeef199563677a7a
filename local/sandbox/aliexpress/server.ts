import { createHmac, timingSafeEqual } from "node:crypto";
import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { slidingWindow } from "../provider/sliding-window.ts";
import { type DemoProduct, demoCatalogue } from "./catalogue.ts";
import { linkGenerate, productQuery } from "./methods.ts";

/** What the stand-in lets in unless told otherwise. */
export const ALIEXPRESS_DEMO = {
  credentials: { appKey: "demo-app", appSecret: "demo-secret-of-the-stand-in" },
  settings: { trackingId: "demo-tracking" },
};

export interface AliexpressSandboxOptions {
  port?: number;
  now?: () => number;
  credentials?: { appKey: string; appSecret: string };
  trackingId?: string;
  products?: readonly DemoProduct[];
  /** Calls in 24 hours; beyond, each is refused. */
  callsADay?: number;
}

const DAY_MS = 24 * 3_600_000;
/** How far a call's time may be from the server's. */
const CLOCK_MS = 7_200_000;

/** Speaks AliExpress's affiliate interface: docs/sandbox.md. */
export function startAliexpressSandbox(options: AliexpressSandboxOptions = {}): Promise<Provider> {
  const { credentials = ALIEXPRESS_DEMO.credentials, trackingId = ALIEXPRESS_DEMO.settings.trackingId } = options;
  const { products = demoCatalogue(), callsADay = 5_000, port, now } = options;
  const mayCall = slidingWindow(callsADay, DAY_MS);

  function answer(asked: Asked): Answered {
    if (asked.path !== "/sync") return { status: 404, body: gatewayError("ISV", "InvalidApiPath", "No such path") };
    const isForm = (asked.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
    const parameters = new URLSearchParams([...asked.query, ...new URLSearchParams(isForm ? asked.body : "")]);
    const refusal = refusalOf(parameters, credentials, asked.now);
    if (refusal) return { status: 200, body: refusal };
    if (!mayCall(asked.now))
      return { status: 200, body: gatewayError("ISV", "ApiCallLimit", "Call limit. This ban will last for 1 seconds") };
    switch (parameters.get("method")) {
      case "aliexpress.affiliate.product.query":
        return { status: 200, body: productQuery(products, parameters, asked.pageFault) };
      case "aliexpress.affiliate.link.generate":
        return { status: 200, body: linkGenerate(products, parameters, trackingId) };
      default:
        return { status: 200, body: gatewayError("ISV", "InvalidApiPath", "The method is unknown") };
    }
  }

  return startProvider({
    ...(port === undefined ? {} : { port }),
    ...(now ? { now } : {}),
    answer,
    errorBody,
    expired: { status: 200, body: gatewayError("ISV", "IllegalAccessToken", "The token is invalid or expired") },
  });
}

/** Why a call is not let in. */
function refusalOf(
  parameters: URLSearchParams,
  { appKey, appSecret }: { appKey: string; appSecret: string },
  now: number,
): unknown {
  if (parameters.get("app_key") !== appKey)
    return gatewayError("ISV", "InvalidAppKey", "The specified App Key is invalid");
  const stamp = parameters.get("timestamp") ?? "";
  const at = /^\d+$/.test(stamp) ? Number(stamp) : Date.parse(stamp);
  if (!(Math.abs(at - now) <= CLOCK_MS))
    return gatewayError("ISV", "IllegalTimestamp", "The timestamp is too far from the server's time");
  if (parameters.get("sign_method") !== "sha256" || !isSigned(parameters, appSecret))
    return gatewayError("ISV", "IncompleteSignature", "The request signature does not conform to platform standards");
  return undefined;
}

function isSigned(parameters: URLSearchParams, appSecret: string): boolean {
  const named = [...parameters].filter(([name]) => name !== "sign").toSorted(([a], [b]) => (a < b ? -1 : 1));
  const expected = createHmac("sha256", appSecret).update(named.flat().join(""), "utf8").digest();
  const given = Buffer.from(parameters.get("sign") ?? "", "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function errorBody(status: number, message: string): unknown {
  if (status === 429) return gatewayError("ISV", "ApiCallLimit", message);
  return status >= 500 ? gatewayError("SYSTEM", "ServiceUnavailable", message) : gatewayError("ISV", "15", message);
}

function gatewayError(type: string, code: string, msg: string): unknown {
  return { error_response: { type, code, msg, request_id: "demo0000000000000000000" } };
}
