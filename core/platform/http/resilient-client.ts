import type { LookupFunction } from "node:net";
import { backoffMs, type Sleep, sleep as realSleep } from "../backoff.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createAddressGuard, isPublicAddress } from "./address-guard.ts";
import { attempt, firstHop } from "./attempt.ts";
import { createBreakers } from "./breaker.ts";
import type { HttpClient, HttpRequest } from "./client.ts";
import { CircuitOpenError, OutboundError } from "./errors.ts";
import { createSend } from "./send.ts";

const ATTEMPTS = 4;
const BASE_WAIT_MS = 250;
const MAX_WAIT_MS = 10_000;
/** A longer Retry-After is the job's business, not the call's: it is thrown with the error. */
const MAX_RETRY_AFTER_MS = 60_000;

export interface HttpClientOptions {
  metrics: Metrics;
  log: Log;
  /** For the laptop and tests (Config.allowPrivateAddresses): every address may be called. */
  allowPrivateAddresses?: boolean;
  /** Which IP addresses may be called; the public internet unless given. */
  isAllowedAddress?: (address: string) => boolean;
  /** Resolves names; dns.lookup unless given. */
  lookup?: LookupFunction;
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep?: Sleep;
  /** From 0 (inclusive) to 1. */
  random?: () => number;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { metrics, log, now, sleep = realSleep, random = Math.random } = options;
  const isAllowed = options.allowPrivateAddresses ? () => true : (options.isAllowedAddress ?? isPublicAddress);
  const guard = createAddressGuard(isAllowed, options.lookup);
  const means = { guard, now, send: createSend(guard.lookup) };
  const breakerOf = createBreakers(now);

  return {
    async request(request) {
      const { dependency } = request;
      const hop = firstHop(request);
      // Feeds share a dependency's name but not its health: one broken host must not silence the others.
      const breaker = await breakerOf(`${dependency} ${hop.url.origin}`);
      const attempts = request.attempts ?? (isRepeatable(request.method) ? ATTEMPTS : 1);
      let previous: OutboundError | undefined;
      for (let number = 1; ; number++) {
        try {
          const response = await breaker.execute(dependency, async () => {
            const answer = await attempt(request, hop, means);
            await request.settle?.(answer);
            return answer;
          });
          metrics.count("outbound_requests_total", { dependency, outcome: "success" });
          return response;
        } catch (error) {
          if (!(error instanceof OutboundError)) throw error;
          metrics.count("outbound_requests_total", { dependency, outcome: OUTCOMES[error.name] ?? "permanent" });
          // The breaker opened between two attempts of this call: what it failed of says more.
          if (error instanceof CircuitOpenError) throw previous ?? error;
          const waitMs = retryWaitMs(error, number, random);
          if (number >= attempts || waitMs === undefined) throw error;
          log.warn("Outbound call failed and will be repeated", { dependency, attempt: number, waitMs, error });
          previous = error;
          await sleep(waitMs);
        }
      }
    },
  };
}

const OUTCOMES: Record<string, string> = {
  TransientError: "transient",
  PermanentError: "permanent",
  RateLimitError: "rate_limited",
  CircuitOpenError: "circuit_open",
  PrivateAddressError: "private_address",
};

function isRepeatable(method: HttpRequest["method"]): boolean {
  return method !== "POST" && method !== "PATCH";
}

/** How long to wait before the next attempt; undefined when there should be none. */
function retryWaitMs(error: OutboundError, number: number, random: () => number): number | undefined {
  if (!error.retryable) return undefined;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
  // On top of what was asked for, so that callers told the same time do not return together.
  return retryAfterMs + backoffMs(number - 1, BASE_WAIT_MS, MAX_WAIT_MS, random);
}
