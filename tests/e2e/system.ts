import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Endpoints } from "../../local/emulators/index.ts";
import type { Resources } from "../../local/names.ts";
import { Client } from "../support/client.ts";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(REPOSITORY, "local/main.ts");

/** What `.stockwright/local.json` says. */
export interface LocalFile {
  url: string;
  apiKey: string;
  organizationId: string;
  stripeWebhookSecret: string;
  /** The stand-in. */
  stripe: { url: string; secretKey: string };
  /** Addresses of the others, by connector. */
  providers: Record<string, string>;
  endpoints: Endpoints & Resources;
}

export interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  /** What is run, in place of `node local/main.ts`. */
  command?: [file: string, ...args: string[]];
}

/** A running Stockwright: what `npm start` gives, in a directory of its own. */
export interface System {
  home: string;
  url: string;
  local: LocalFile;
  /** With the demo organisation's key. */
  client: Client;
  child: ChildProcess;
  /** Everything that the terminal shows. */
  printed: () => string;
  /** Code or signal, once the process has ended. */
  ended: Promise<number | NodeJS.Signals>;
  /** SIGTERM; resolves with the exit code. */
  stop: () => Promise<number | NodeJS.Signals>;
  /** SIGKILL to the whole process group. */
  kill: () => Promise<void>;
}

/** What still runs when a file's tests have ended is killed, and what they wrote removed. */
const children = new Set<ChildProcess>();
const homes = new Set<string>();

afterAll(async () => {
  await Promise.all([...children].map(killGroup));
  for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});

/** An empty working directory; it goes with the file's tests. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), "stockwright-e2e-"));
  homes.add(home);
  return home;
}

/** A working directory in which `npm start` starts this very code: npm runs scripts where package.json lies. */
export function newNpmHome(): string {
  const home = newHome();
  copyFileSync(join(REPOSITORY, "package.json"), join(home, "package.json"));
  for (const part of ["local", "node_modules"]) symlinkSync(join(REPOSITORY, part), join(home, part));
  return home;
}

/** As a user starts it. */
export const NPM_START: [string, ...string[]] = ["npm", "start"];

/** Starts Stockwright and waits for its welcome. Rejects with what was printed when it ends before. */
export async function startSystem(home: string, options: StartOptions = {}): Promise<System> {
  const [file, ...args] = options.command ?? [process.execPath, MAIN];
  const child = spawn(file, [...args, ...(options.args ?? [])], {
    cwd: home,
    // Tests count what they make themselves; the demo has its own.
    env: { ...plainEnvironment(), PORT: "0", STOCKWRIGHT_DEMO: "bare", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  children.add(child);
  killWithRunner(child);
  let text = "";
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code ?? 1));
  });
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: string) => {
      text += chunk;
      if (text.includes("Stockwright is running")) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    void ended.then(() => reject(new Error(text)));
  });
  const local = JSON.parse(readFileSync(join(home, ".stockwright/local.json"), "utf8")) as LocalFile;
  return {
    home,
    url: local.url,
    local,
    client: new Client(local.url, local.apiKey),
    child,
    printed: () => text,
    ended,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
    kill: () => killGroup(child),
  };
}

/** Ids of the emulators' processes, which have groups of their own. */
export function emulatorPids(home: string): number[] {
  return ["dynamodb/dynoxide.pid", "sqs/fauxqs.pid"].flatMap((file) => {
    const path = join(home, ".stockwright/data", file);
    return existsSync(path) ? [Number(readFileSync(path, "utf8"))] : [];
  });
}

/** SIGKILL to the group of a child that was started detached. */
async function killGroup(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("close", resolve));
  signalGroup(child.pid);
  await gone;
}

/** A group of its own outlives a runner that is killed; so somebody waits for the end of a pipe that only we hold. */
function killWithRunner(child: ChildProcess): void {
  const guard = spawn("sh", ["-c", `cat; kill -s KILL -- -${child.pid ?? ""}`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.once("exit", () => {
    guard.kill("SIGKILL");
    guard.stdin.destroy();
  });
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // All of it has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The host's environment without what the tests' runner, or a user's settings for another system, put into it. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(AWS_|UPSTASH_|STOCKWRIGHT_|VITEST|npm_|NODE_OPTIONS$)/.test(name),
    ),
  );
}
