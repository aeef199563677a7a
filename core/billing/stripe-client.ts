import { text as readText } from "node:stream/consumers";
import type { Resources } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { TransientError } from "../platform/http/errors.ts";
import { type Json, record } from "./json.ts";
import { stripeError } from "./stripe-errors.ts";
import { formOf, type Params } from "./stripe-form.ts";

/**
 * The form that Stripe answers in, whatever the account's default is: docs/decisions/0010. Events come in the form of
 * the account's endpoint instead, so what reads objects understands the later one too.
 */
export const STRIPE_VERSION = "2020-08-27";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
/** By the same key Stripe does a call once, however often it is asked. */
const ATTEMPTS = 2;
/** Stripe's limit of an Idempotency-Key. */
const MAX_KEY = 255;

/** Stripe's API. Throws StripeRefusal, or an OutboundError of which `retryable` says whether it may pass later. */
export interface StripeClient {
  get(path: string, params?: Params): Promise<Json>;
  /** `key` is made from our own id of what the call brings about: a repeat, from whichever process, does nothing more. */
  post(path: string, params: Params, key: string): Promise<Json>;
}

type Needs = Pick<Resources, "config" | "http" | "now">;

export const isBillingOn = ({ config }: Pick<Resources, "config">): boolean => config.stripe.secretKey !== undefined;

/** Throws FEATURE_DISABLED where the instance has no key. */
export function stripeClient({ config, http, now }: Needs): StripeClient {
  const { secretKey, apiBase } = config.stripe;
  if (secretKey === undefined)
    throw new AppError("FEATURE_DISABLED", "Billing needs STRIPE_SECRET_KEY, which this instance does not have", {
      details: { feature: "billing" },
    });

  async function call(method: "GET" | "POST", path: string, query: string, headers: Record<string, string>) {
    const isPost = method === "POST";
    const answer = await http.request({
      dependency: "stripe",
      url: `${apiBase}${path}${isPost || query === "" ? "" : `?${query}`}`,
      method,
      ...(isPost ? { body: query } : {}),
      headers: {
        authorization: `Bearer ${secretKey}`,
        "stripe-version": STRIPE_VERSION,
        "accept-encoding": "identity",
        ...headers,
      },
      attempts: ATTEMPTS,
      timeoutMs: TIMEOUT_MS,
      bodyTimeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      // A refusal says why in its body.
      anyAnswer: true,
    });
    const body = jsonOf(await readText(answer.body));
    if (answer.status < 200 || answer.status >= 300)
      throw stripeError({ status: answer.status, headers: answer.headers, body: body ?? {} }, now());
    if (!body) throw new TransientError("stripe", "answered what is not JSON", { upstreamStatus: answer.status });
    return body;
  }

  return {
    get: (path, params = {}) => call("GET", path, formOf(params), {}),
    post: (path, params, key) => {
      if (key.length > MAX_KEY) throw new RangeError(`The Idempotency-Key has more than ${MAX_KEY} characters`);
      const headers = { "content-type": "application/x-www-form-urlencoded", "idempotency-key": key };
      return call("POST", path, formOf(params), headers);
    },
  };
}

function jsonOf(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return record(value) === value ? record(value) : undefined;
  } catch {
    return undefined;
  }
}
