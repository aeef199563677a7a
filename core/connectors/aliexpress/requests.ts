import { defined } from "../../platform/defined.ts";
import type { Access, WireRequest } from "../wire.ts";
import * as constants from "./constants.ts";
import { signature } from "./sign.ts";

type Parameters = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, string>>;

export interface ProductQuery {
  query: string;
  /** From 1. */
  page: number;
  pageSize: number;
  currency: string;
}

export function productQuery({ query, page, pageSize, currency }: ProductQuery, settings: Settings): WireRequest {
  return ask(constants.PRODUCT_QUERY, {
    keywords: query,
    page_no: String(page),
    page_size: String(pageSize),
    target_currency: currency,
    target_language: settings["language"],
    ship_to_country: settings["country"],
    tracking_id: settings["trackingId"],
  });
}

export function linkGenerate(urls: readonly string[], trackingId: string): WireRequest {
  return ask(constants.LINK_GENERATE, {
    promotion_link_type: "0",
    source_values: urls.join(","),
    tracking_id: trackingId,
  });
}

/** The addresses are a list with commas between them: one that has commas itself would become two. */
export function listed(url: string): string {
  return url.replaceAll(",", "%2C");
}

/** Neither method changes anything: both may be sent again. */
function ask(method: string, parameters: Record<string, string | undefined>): WireRequest {
  return {
    base: "api",
    method: "POST",
    path: constants.PATH,
    // Raw: the signature is of what is meant, not of how it is encoded.
    query: { method, ...defined(parameters) },
    repeatable: true,
    maxBytes: constants.MAX_BYTES,
  };
}

/** With the system's parameters and the signature, as a form: an address is written into logs on its way, a body is not. */
export function sign(request: WireRequest, { credentials, now }: Access): WireRequest {
  const { query = {}, ...rest } = request;
  const parameters: Parameters = {
    ...query,
    app_key: credentials["appKey"] ?? "",
    format: "json",
    sign_method: constants.SIGN_METHOD,
    timestamp: String(now),
    v: "2.0",
  };
  const sign = signature(credentials["appSecret"] ?? "", parameters);
  return {
    ...rest,
    headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded;charset=utf-8" },
    body: new URLSearchParams({ ...parameters, sign }).toString(),
  };
}
