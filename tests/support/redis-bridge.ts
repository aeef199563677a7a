import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createApp } from "@humanwhocodes/upstash-redis-server";

/**
 * Upstash's REST protocol in front of a Redis, on a loopback port that it prints. A process of its own, since its Redis
 * client cannot be closed; its own command would listen on every address.
 */
const { URS_TOKEN: token = "", REDIS_URL: redisUrl = "" } = process.env;
const app = createApp({ token, redisUrl });

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = "POST", url = "/", headers } = incoming;
  const body = await buffer(incoming);
  return new Request(new URL(url, "http://127.0.0.1"), {
    method,
    headers: { authorization: headers.authorization ?? "", "content-type": "application/json" },
    ...(method === "POST" ? { body: new Uint8Array(body) } : {}),
  });
}

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const response = await app.fetch(await toRequest(incoming));
    outgoing.writeHead(response.status, { "content-type": "application/json" });
    outgoing.end(await response.text());
  })();
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
