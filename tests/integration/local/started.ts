import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("fixtures/main.ts", import.meta.url));

/** A working directory of a test's own; everything of it goes with the test. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), "stockwright-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

export interface Started {
  child: ChildProcess;
  /** Everything printed so far. */
  printed(): string;
  /** Code or signal, once the process has ended. */
  ended: Promise<number | NodeJS.Signals>;
  /** Resolves at the welcome; rejects with what was printed when the process ends before. */
  up: Promise<{ url: string; local: Record<string, unknown> }>;
}

/** Starts the local cloud as a process of its own. It is killed with the test if it still runs then. */
export function startProcess(
  home: string,
  options: { args?: string[]; env?: Record<string, string>; main?: string } = {},
): Started {
  const { AWS_ENDPOINT_URL_DYNAMODB: _d, npm_lifecycle_event: _n, ...inherited } = process.env;
  const child = spawn(process.execPath, [options.main ?? MAIN, ...(options.args ?? [])], {
    cwd: home,
    env: { ...inherited, PORT: "0", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code ?? 1));
  });
  const up = new Promise<Awaited<Started["up"]>>((resolve, reject) => {
    const read = (chunk: string) => {
      text += chunk;
      if (text.includes("Stockwright is running")) resolve(readLocal(home));
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    void ended.then(() => reject(new Error(text)));
  });
  up.catch(() => undefined);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, printed: () => text, ended, up };
}

function readLocal(home: string): { url: string; local: Record<string, unknown> } {
  const local = JSON.parse(readFileSync(join(home, ".stockwright/local.json"), "utf8")) as Record<string, unknown>;
  return { url: String(local["url"]), local };
}

/** The body of a GET; undefined where the answer is not 200. */
export async function get(url: string): Promise<string | undefined> {
  const response = await fetch(url);
  const body = await response.text();
  return response.status === 200 ? body : undefined;
}
