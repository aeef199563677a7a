import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Build } from "./evaluation.ts";

/** Answers what SST's components ask of the `sst` command while they are evaluated; nothing is built. Returns its URL. */
export async function serveRpc(work: string, builds: Build[]): Promise<string> {
  const methods: Record<string, (params: Build) => unknown> = {
    "Provider.Aws.Bootstrap": () => ({ asset: "sst-asset-bucket", state: "sst-state-bucket" }),
    "Runtime.AddTarget": () => ({}),
    "Runtime.Build": (params) => {
      builds.push(params);
      return emptyBundle(work, params);
    },
  };
  const server = createServer((request, response) => {
    void answer(request, methods).then((text) => response.setHeader("connection", "close").end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It serves this process alone, and must not keep it from ending.
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, methods: Record<string, (params: Build) => unknown>): Promise<string> {
  const { id, method, params } = await readJson(request);
  const handle = methods[method];
  return JSON.stringify(
    handle ? { id, result: handle(params[0]), error: null } : { id, result: null, error: `rpc: can't find ${method}` },
  );
}

/** The handler that the real bundler would name, and a folder to be zipped. */
function emptyBundle(work: string, { functionID, handler }: Build) {
  const out = join(work, "bundles", functionID);
  mkdirSync(out, { recursive: true });
  const file = handler.slice(handler.lastIndexOf("/") + 1);
  writeFileSync(join(out, file.replace(/\.\w+$/, ".mjs")), "");
  return { handler: file, out, errors: [], sourcemaps: [] };
}

async function readJson(request: IncomingMessage): Promise<{ id?: number; method: string; params: [Build] }> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as { id?: number; method: string; params: [Build] };
}
