import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./serve.ts";

/** What was measured, each in a process of its own: the emulators' CPU is not in it, and no two share a heap. */
export interface Child {
  pid: number;
  call<T>(name: string, input?: unknown): Promise<T>;
  end(): Promise<void>;
}

/** A directory for CPU profiles of every measured process; measuring them slows them, so read no ratios then. */
const profile = process.env["BENCH_PROFILE"];

/** Starts a file of `children/` as a process. Its standard output is thrown away, as a log collector would take it. */
export function startChild(file: string, env: Record<string, string>): Child {
  const path = fileURLToPath(new URL(`../children/${file}`, import.meta.url));
  // A cache of compiled code would make a second run faster than the first.
  const { NODE_COMPILE_CACHE: _cache, NODE_OPTIONS: _options, ...inherited } = process.env;
  const child = fork(path, {
    env: { ...inherited, ...env },
    execArgv:
      profile === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${file}-${Date.now()}.cpuprofile`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let next = 0;
  child.on("message", ({ id, value, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(`${file}: ${error}`));
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      for (const asked of waiting.values()) asked.reject(new Error(`${file} ended (${code ?? signal})`));
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    call<T>(name: string, input?: unknown): Promise<T> {
      const asked = Promise.withResolvers<unknown>();
      const id = next++;
      waiting.set(id, asked);
      child.send({ id, name, input } satisfies Question, (error) => {
        if (error) asked.reject(error);
      });
      return asked.promise as Promise<T>;
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
