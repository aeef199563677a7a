import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { signatureHeaders } from "../../../core/outbound/signature.ts";
import { cloudContext } from "../../support/cloud.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue } from "../../support/outbound.ts";

const example = /```js\n(\/\/ receiver\.mjs[\s\S]*?)```/.exec(readFileSync("docs/webhooks.md", "utf8"))?.[1] ?? "";

/** The receiver of docs/webhooks.md as a process of its own, on a port that the system picks. */
async function startReceiver(secret: string): Promise<{ url: string; printed: () => string[] }> {
  const directory = mkdtempSync(join(tmpdir(), "stockwright-receiver-"));
  const file = join(directory, "receiver.mjs");
  writeFileSync(file, example);
  const child = spawn(process.execPath, [file], { env: { WEBHOOK_SECRET: secret, PORT: "0" }, stdio: "pipe" });
  onTestFinished(() => {
    child.kill();
    rmSync(directory, { recursive: true });
  });
  let text = "";
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const [, found] = /listening on (\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => reject(new Error(chunk)));
  });
  return { url: `http://127.0.0.1:${port}/`, printed: () => text.trimEnd().split("\n").slice(1) };
}

it("the receiver of docs/webhooks.md takes what we send, once, and refuses what we did not", async () => {
  const { ctx, due } = keptQueue(atHome(cloudContext()));
  const made = await Outbound.createEndpoint(ctx, { url: "http://127.0.0.1:1/" });
  const { url, printed } = await startReceiver(made.secret);
  await Outbound.updateEndpoint(ctx, { id: made.id, changes: { url } });
  await fan(ctx, eventOf(ctx, "order.placed", { id: "ord_7", note: "한강 ✓" }));
  await drain(ctx, due);
  const [delivery] = await allDeliveries(ctx);
  expect(delivery).toMatchObject({ status: "delivered" });
  await Outbound.replayDelivery(ctx, { id: delivery?.id ?? "" });
  await drain(ctx, due);
  expect(await allDeliveries(ctx)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  expect(printed()).toEqual(['order.placed {"id":"ord_7","channel":"shop","status":"pending","note":"한강 ✓"}']);

  const body = '{"type":"order.placed","data":{}}';
  const signed = { id: "evt_1", timestamp: Math.floor(Date.now() / 1000), body };
  const post = async (headers: Record<string, string>, sent = body) =>
    (await fetch(url, { method: "POST", headers, body: sent })).status;
  const good = signatureHeaders([made.secret], signed);
  expect(await post(good)).toBe(204);
  expect(await post(signatureHeaders([`whsec_${"A".repeat(43)}=`, made.secret], signed))).toBe(204);
  expect(await post(good, `${body} `)).toBe(400);
  expect(await post({ ...good, "webhook-id": "evt_2" })).toBe(400);
  expect(await post(signatureHeaders([`whsec_${"A".repeat(43)}=`], signed))).toBe(400);
  expect(await post(signatureHeaders([made.secret], { ...signed, timestamp: signed.timestamp - 301 }))).toBe(400);
  const { "webhook-timestamp": _timestamp, ...without } = good;
  expect(await post(without)).toBe(400);
  expect(await post({})).toBe(400);
  expect(printed()).toHaveLength(2);
});
