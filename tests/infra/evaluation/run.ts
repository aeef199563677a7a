import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORM } from "../platform.ts";
import type { Evaluation, Scenario } from "./evaluation.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Pulumi and its AWS provider are much code to compile, and every scenario loads them. */
const CACHE = join(ROOT, ".sst", "compile-cache");

/** In the platform's folder, so that bare imports find Pulumi there. One name, or the cache would grow by a file a run. */
const BUNDLE = join(PLATFORM, "evaluation-for-tests.mjs");

/**
 * Bundled and with its globals set beforehand, as SST itself evaluates a configuration. Its components read `$app` while they load, hence the banner.
 */
const BANNER = "const given = JSON.parse(process.argv[2]); Object.assign(globalThis, given.globals);";
const ENTRY = `
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import * as sst from "./src/components/index.ts";
import * as shim from "./src/shim/run.js";
import { run } from "./src/auto/run.ts";
import { evaluate, refuse } from ${JSON.stringify(join(import.meta.dirname, "program.ts"))};

Object.assign(globalThis, shim, { aws, sst });
const program = {
  pulumi, run, ...given,
  loadConfig: async () => (await import(${JSON.stringify(join(ROOT, "sst.config.ts"))})).default,
};
const refused = (error) => { refuse(program, error); process.exit(0); };
process.on("unhandledRejection", refused);
process.on("uncaughtException", refused);
await evaluate(program).catch(refused);
`;

/** Bundles once and evaluates every scenario in a process of its own: Pulumi and SST keep state per process. */
export async function evaluateAll(scenarios: Record<string, Scenario>): Promise<Record<string, Evaluation>> {
  mkdirSync(join(ROOT, ".sst"), { recursive: true });
  const work = mkdtempSync(join(ROOT, ".sst", "evaluation-"));
  try {
    const bundled = await build({
      stdin: { contents: ENTRY, resolveDir: PLATFORM, loader: "js" },
      write: false,
      banner: { js: BANNER },
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node24",
      logLevel: "error",
      // SST's own source, compiled by SST's own rules.
      tsconfigRaw: {},
    });
    const fresh = join(work, "program.mjs");
    writeFileSync(fresh, bundled.outputFiles[0]?.contents ?? "");
    renameSync(fresh, BUNDLE);
    const entries = Object.entries(scenarios).map(
      async ([name, scenario]) => [name, await evaluateOne(scenario, join(work, name))] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function evaluateOne(scenario: Scenario, work: string): Promise<Evaluation> {
  mkdirSync(work, { recursive: true });
  const answerFile = join(work, "answer.json");
  const globals = {
    $app: { name: "unnamed", stage: scenario.stage, providers: { aws: {} } },
    $dev: false,
    $cli: { command: "deploy", paths: { home: work, root: ROOT, work, platform: PLATFORM }, state: { version: {} } },
  };
  const given = JSON.stringify({ globals, scenario, answerFile, work });
  const child = spawn(process.execPath, [BUNDLE, given], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    // Nothing of the machine's own: no credentials, and no variable of the tests that a stage would read.
    env: { PATH: process.env["PATH"] ?? "", HOME: work, NODE_COMPILE_CACHE: CACHE, ...scenario.env },
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  try {
    return JSON.parse(readFileSync(answerFile, "utf8")) as Evaluation;
  } catch (cause) {
    throw new Error(`The evaluation of ${scenario.stage} ended without an answer:\n${errors}`, { cause });
  }
}
