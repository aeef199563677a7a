/**
 * What AliExpress may change without asking us, each with where it is from and when it was read there. [D] is the
 * vendor's own document, [T] a third party's word, [K] what is commonly held.
 */

/** Business interfaces, POST form or GET query. [D] "Calling parameters", articleId 120691, 2026-11. */
export const PATH = "/sync";

/** [D] "Signature algorithm", articleId 120692, 2026-11: HMAC over SHA-256. */
export const SIGN_METHOD = "sha256";

export const PRODUCT_QUERY = "aliexpress.affiliate.product.query";
export const LINK_GENERATE = "aliexpress.affiliate.link.generate";

/** Products a page at most. [T] n8n's node and two Python clients, 2026-11. */
export const MAX_PAGE = 50;

/** Addresses a call at most. [T] Python clients, 2026-11; the vendor names no number. */
export const MAX_LINKS = 50;

/** Calls that an application has in a day until it asks for more. [T] an integrator's guide, 2026-11; the console shows the real one. */
export const CALLS_A_DAY = 5_000;

/** For so long an application is shut out that called too often. [D] "API access count limitation", articleId 108426, 2018-12. */
export const BLOCK_MS = 1_000;

/** In which prices can be had. [D old] articleId 48595 and [T] Python clients, 2026-11. */
export const CURRENCIES: ReadonlySet<string> = new Set(
  "USD GBP CAD EUR UAH MXN TRY RUB BRL AUD INR JPY IDR SEK KRW ILS THB CLP VND".split(" "),
);

/** What prices are asked in for whoever has another currency. */
export const FALLBACK_CURRENCY = "USD";

/** Answers of 50 products take some 100 KB. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** Where a product is shown, by its id. [T] addresses as they are linked, 2026-11. */
export const productUrl = (id: string): string => `https://www.aliexpress.com/item/${encodeURIComponent(id)}.html`;

/** `resp_code`: done. [D] samples of both methods. */
export const DONE = 200;

/** `resp_code`: nothing was found. [K] */
export const NOTHING_FOUND = 405;

/** `resp_code`: "System Error". [T] python-aliexpress-api, thread 34, 2024-10. */
export const SYSTEM_ERROR = 404;
