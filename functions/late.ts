import type { HttpClient } from "../core/platform/http/client.ts";

/** Makes the client of outbound calls when the first one is made. */
export function lateHttp(make: () => Promise<HttpClient>): HttpClient {
  let made: Promise<HttpClient> | undefined;
  return {
    async request(request) {
      made ??= make();
      return (await made).request(request);
    },
  };
}
