import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A real Redis behind Upstash's REST protocol: what a process is configured with, and how it may fail. */
export interface RestRedis {
  url: string;
  token: string;
  /** SIGKILL: connections break, and what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay and nothing is answered; what it holds is kept. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** The host's redis-server; undefined where there is none, and then these tests are to be skipped. */
export function redisBinary(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "redis-server"))
    .find(isExecutable);
}

export const NO_REDIS = "skipped: this host has no redis-server (Debian: apt-get install redis-server)";

export async function startRedis(): Promise<RestRedis> {
  const binary = redisBinary();
  if (!binary) throw new Error(NO_REDIS);
  const port = await freePort();
  const token = "a-token-of-the-tests";
  const start = () => startServer(binary, port);
  let server = await start();
  const bridge = spawn(process.execPath, [fileURLToPath(new URL("redis-bridge.ts", import.meta.url))], {
    env: { ...process.env, URS_TOKEN: token, REDIS_URL: `redis://127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = `http://127.0.0.1:${await firstLine(bridge, /^\d+$/)}`;
  return {
    url,
    token,
    kill: () => end(server),
    async start() {
      server = await start();
    },
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    async stop() {
      await Promise.all([end(bridge), end(server)]);
    },
  };
}

async function startServer(binary: string, port: number): Promise<ChildProcess> {
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = spawn(binary, options, { stdio: ["ignore", "pipe", "ignore"] });
  await firstLine(server, /Ready to accept connections/);
  return server;
}

/** The first line of this form. Throws when the process ends without one. */
async function firstLine(child: ChildProcess, form: RegExp): Promise<string> {
  if (!child.stdout) throw new Error("The process has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!form.test(line)) continue;
    child.stdout.resume();
    return line;
  }
  throw new Error(`${child.spawnfile} ended before it was ready`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
