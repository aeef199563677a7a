import type { LookupFunction } from "node:net";
import { isPublicAddress } from "../../../../core/platform/http/address-guard.ts";
import type { HttpClient, HttpRequest } from "../../../../core/platform/http/client.ts";
import { createHttpClient, type HttpClientOptions } from "../../../../core/platform/http/resilient-client.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "../../../support/recording.ts";

/** The real client, for which 127.0.0.1 (and no other private address) passes as public; waits are noted, not waited. */
export function outbound(options: Partial<HttpClientOptions> = {}) {
  const clock = stoppedClock();
  const metrics = recordingMetrics();
  const log = recordingLog();
  const waits: number[] = [];
  const client = createHttpClient({
    metrics,
    log,
    now: clock.now,
    random: () => 0.5,
    isAllowedAddress: (address) => address === "127.0.0.1" || isPublicAddress(address),
    sleep: (ms) => {
      waits.push(ms);
      clock.advance(ms);
      return Promise.resolve();
    },
    ...options,
  });
  const count = (outcome: string) =>
    metrics.counts.get(`outbound_requests_total{dependency=supplier,outcome=${outcome}}`) ?? 0;
  return {
    client,
    clock,
    log,
    waits,
    count,
    get: (url: string, rest: Partial<HttpRequest> = {}) => get(client, url, rest),
  };
}

export function get(client: HttpClient, url: string, rest: Partial<HttpRequest> = {}) {
  return client.request({ dependency: "supplier", url, ...rest });
}

/** A resolver that gives these addresses in turn, the last one again and again, and counts how often it was asked. */
export function resolver(...addresses: string[]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_host, options, callback) => {
    const address = addresses[Math.min(asked++, addresses.length - 1)] ?? "";
    if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };
  return Object.assign(lookup, { asked: () => asked });
}
