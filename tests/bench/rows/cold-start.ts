import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HTTP, QUEUES, SCHEDULES, STREAM } from "../../../stacks/definitions.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { type Bundle, bundle } from "../support/bundle.ts";
import { httpEvent } from "../support/events.ts";
import { atMost, type Line, printTable, say, spread } from "../support/print.ts";
import { series } from "../support/rounds.ts";
import { shopOf } from "../support/shops.ts";

const ROUNDS = 15;
const BUDGET = 1.3;
const MAX_BYTES = 1_200_000;
const CHILD = fileURLToPath(new URL("../children/cold-start.ts", import.meta.url));

/** From the import of the bundled function to its first answer, beside a bare Hono function; and what the bundles weigh. */
export async function coldStart(cloud: BenchCloud): Promise<void> {
  const bundles = new Map<string, Bundle>();
  for (const handler of handlers()) {
    const source = handler.replace(/\.handler$/, ".ts");
    bundles.set(handler, await bundle(source, join(cloud.directory, "bundles", handler.replaceAll("/", "-"))));
  }
  const bare = await bundle("tests/bench/children/cold-start-floor.ts", join(cloud.directory, "bundles", "floor"));
  const api = bundles.get(HTTP.api.handler);
  if (!api) throw new Error("The API was not bundled");
  const eventFile = await prepare(cloud);

  const [ours, floor]: [Start[], Start[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b] = [await start(cloud, api.file, eventFile), await start(cloud, bare.file, eventFile)];
    if (round === 0) continue;
    ours.push(a);
    floor.push(b);
  }
  const compared = (name: string, of: (start: Start) => number): Line => {
    const ratio = series(ours.map((one, index) => of(one) / of(floor[index] ?? one)));
    const [a, b] = [series(ours.map(of)), series(floor.map(of))];
    const value = `${spread(ratio)} ×   ${a.median.toFixed(0)} ms, floor ${b.median.toFixed(0)} ms`;
    return { what: name, value, budget: `≤ ${BUDGET} ×`, ...atMost(ratio.median, BUDGET) };
  };
  printTable(`Cold start of the API beside a bare Hono + DynamoDB function (${ROUNDS} starts each)`, [
    compared("import and first answer, time", ({ wallMs }) => wallMs),
    compared("import and first answer, CPU", ({ cpuMs }) => cpuMs),
    { ...compared("import alone, time", ({ importMs }) => importMs), budget: "" },
  ]);
  printTable("Bundles, minified: what a cold start reads (and with what is imported on first use)", [
    ...[...bundles].map(([name, { entryBytes, totalBytes }]) => ({
      what: name,
      value: `${kilo(entryBytes)} (${kilo(totalBytes)})`,
      ...(name === HTTP.api.handler ? { budget: `≤ ${kilo(MAX_BYTES)}`, ...atMost(entryBytes, MAX_BYTES) } : {}),
    })),
    { what: "the bare Hono function", value: `${kilo(bare.entryBytes)} (${kilo(bare.totalBytes)})` },
  ]);
  say("  heaviest in the API's cold start (in the bare function):");
  const inBare = new Map(bare.heaviest.map(({ name, bytes }) => [name, bytes]));
  for (const { name, bytes } of api.heaviest.slice(0, 18)) {
    const there = inBare.get(name);
    say(`    ${kilo(bytes).padStart(7)}  ${name}${there === undefined ? "" : ` (${kilo(there)})`}`);
  }
}

function handlers(): string[] {
  return [HTTP.api, HTTP.docs, ...Object.values(QUEUES), STREAM, ...Object.values(SCHEDULES)].map(
    ({ handler }) => handler,
  );
}

async function prepare(cloud: BenchCloud): Promise<string> {
  const { apiKey, ids } = await shopOf(cloud, 100);
  const file = join(cloud.directory, "cold-start-event.json");
  writeFileSync(file, JSON.stringify(httpEvent({ method: "GET", path: `/v1/products/${ids[7] ?? ""}`, apiKey })));
  return file;
}

interface Start {
  importMs: number;
  wallMs: number;
  cpuMs: number;
}

async function start(cloud: BenchCloud, file: string, eventFile: string): Promise<Start> {
  const { NODE_COMPILE_CACHE: _cache, NODE_OPTIONS: _options, ...inherited } = process.env;
  const child = fork(CHILD, [file, eventFile], {
    env: { ...inherited, ...cloud.environment },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    let answer: (Start & { statusCode: number; body: string }) | undefined;
    child.on("message", (message) => {
      answer = message as typeof answer;
    });
    child.once("exit", (code) => {
      if (answer?.statusCode === 200) resolve(answer);
      else
        reject(new Error(`A cold start answered ${answer?.statusCode ?? `nothing (${code})`} ${answer?.body ?? ""}`));
    });
  });
}

function kilo(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
