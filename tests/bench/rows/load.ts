import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Visit, Visited } from "../children/users.ts";
import { freePort } from "../../../local/emulators/free-port.ts";
import { type Child, startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { atMost, type Line, printTable } from "../support/print.ts";

const USERS = 100;
const PRODUCTS = 300;
const BUDGET_MS = 200;
const MAIN = fileURLToPath(new URL("../../../local/main.ts", import.meta.url));
const WORDS = ["navy", "hoodie", "washed", "jacket", "cotton"];

/** The system as `npm start` starts it, with emulators of its own, and a hundred users from another process. */
export async function load(cloud: BenchCloud): Promise<void> {
  const home = join(cloud.directory, "started");
  mkdirSync(home);
  const system = spawn(process.execPath, [MAIN], {
    cwd: home,
    env: { ...process.env, PORT: String(await freePort()), STOCKWRIGHT_DATA: join(home, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const users = startChild("users.ts", {});
  try {
    const local = await started(system, join(home, ".stockwright", "local.json"));
    const paths = await mixedReads(local);
    const visit = { ...local, paths, users: USERS };
    const thinking = { ...visit, seconds: 30, thinkMs: [1_000, 3_000], spawnPerSecond: 10 } satisfies Visit;
    const eager = { ...visit, seconds: 10, thinkMs: [0, 0], spawnPerSecond: 1_000 } satisfies Visit;
    // What a first visit compiles and caches is not what is measured.
    await users.call("visit", { ...eager, seconds: 3 });
    printTable(`The started system, ${USERS} users over HTTP: 50 % get, 20 % by SKU, 20 % list, 10 % search`, [
      ...(await visited(users, "thinking 1–3 s between requests", thinking)),
      ...(await visited(users, "without a pause (saturated)", eager)),
    ]);
  } finally {
    await users.end();
    await ended(system);
  }
}

interface Local {
  url: string;
  apiKey: string;
}

/** Resolves when the screen says that it is up: local.json is written just before. */
async function started(system: ChildProcess, file: string): Promise<Local> {
  await new Promise<void>((resolve, reject) => {
    let shown = "";
    system.stdout?.on("data", (text: Buffer) => {
      shown += text.toString();
      if (shown.includes("sk_")) resolve();
    });
    system.once("exit", (code) => reject(new Error(`The system ended (${code}):\n${shown}`)));
  });
  const { url, apiKey } = JSON.parse(readFileSync(file, "utf8")) as Local;
  return { url, apiKey };
}

async function mixedReads({ url, apiKey }: Local): Promise<string[]> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const paths: string[] = [];
  for (let n = 0; n < PRODUCTS; n++) {
    const sku = `LOAD-${n}`;
    const name = `${WORDS[n % 5] ?? ""} ${WORDS[Math.floor(n / 5) % 5] ?? ""} ${n}`;
    const money = (amount: string) => ({ amount, currency: "USD" });
    const body = JSON.stringify({ sku, name, cost: money("10.00"), price: money("20.00") });
    const answer = await fetch(`${url}/v1/products`, { method: "POST", headers, body });
    const answered = (await answer.json()) as { id: string };
    if (answer.status !== 201) throw new Error(`A product was answered ${answer.status} ${JSON.stringify(answered)}`);
    const kind = n % 10;
    if (kind < 5) paths.push(`/v1/products/${answered.id}`);
    else if (kind < 7) paths.push(`/v1/products/by-sku/${sku}`);
    else if (kind < 9) paths.push("/v1/products?limit=20");
    else paths.push(`/v1/products?limit=20&query=${WORDS[Math.floor(n / 10) % 5] ?? ""}`);
  }
  return paths;
}

async function visited(users: Child, what: string, visit: Visit): Promise<Line[]> {
  const { latenciesMs, failed, seconds } = await users.call<Visited>("visit", visit);
  if (failed > 0) throw new Error(`${failed} of ${latenciesMs.length} requests failed`);
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (percent: number) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
  const [p50, p95, p99] = [at(50), at(95), at(99)].map((ms) => ms.toFixed(0));
  const isBudgeted = visit.thinkMs[1] > 0;
  return [
    {
      what,
      value: `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, max ${at(100).toFixed(0)} ms;  ${(sorted.length / seconds).toFixed(0)} requests/s, none failed`,
      ...(isBudgeted ? { budget: `p99 < ${BUDGET_MS} ms`, ...atMost(at(99), BUDGET_MS) } : {}),
    },
  ];
}

function ended(system: ChildProcess): Promise<void> {
  if (system.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    system.once("exit", () => resolve());
    system.kill("SIGTERM");
  });
}
