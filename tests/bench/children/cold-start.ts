import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * `node cold-start.ts <bundle> <event>`: what a new Lambda process does, from the import to the first answer. The time
 * before it, Node's own, is in neither side.
 */
const [bundle = "", eventFile = ""] = process.argv.slice(2);
const event: unknown = JSON.parse(readFileSync(eventFile, "utf8"));
type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;

const begun = performance.now();
const before = process.cpuUsage();
const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
const imported = performance.now();
const { statusCode, body } = await handler(event, { awsRequestId: "bench", getRemainingTimeInMillis: () => 29_000 });
const answered = performance.now();
const { user, system } = process.cpuUsage(before);
process.send?.({
  statusCode,
  body: statusCode === 200 ? "" : body,
  importMs: imported - begun,
  wallMs: answered - begun,
  cpuMs: (user + system) / 1000,
});
process.disconnect();
