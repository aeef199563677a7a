import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import type { Say } from "../machine/say.ts";

/** How to run an emulator as a child that cannot outlive this process. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string | undefined>;
  /** The line of the child that says it accepts calls. */
  ready: RegExp;
  /** Where what the child prints goes; appended to. */
  logFile: string;
  /** Ends whatever an earlier, killed run may have left behind. Called before every start. */
  beforeStart?: () => Promise<void>;
}

export interface SupervisedChild {
  /** Ends the child and waits until it is gone. */
  stop(): Promise<void>;
  pid(): number | undefined;
}

const READY_WITHIN_MS = 15_000;
const STOP_WITHIN_MS = 3_000;
const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5_000;
/** A child that ran this long was healthy, so its next restart is quick again. */
const HEALTHY_AFTER_MS = 30_000;

/**
 * Starts a child and keeps it running: one that ends unasked is started again, on the same address, after a delay that
 * doubles. Its standard input is a pipe from this process that nothing is written to: the child ends when it closes,
 * which the kernel sees to even when this process is killed. Throws when the first start fails.
 */
export async function superviseChild(spec: ChildSpec, say: Say): Promise<SupervisedChild> {
  let current: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let timer: NodeJS.Timeout | undefined;

  const launch = async (): Promise<void> => {
    await spec.beforeStart?.();
    if (stopping) return;
    const startedAt = performance.now();
    const child = start(spec);
    current = child;
    await untilReady(spec, child);
    child.once("exit", (code, signal) => {
      if (stopping) return;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) restarts = 0;
      say(`${spec.name} ended (${signal ?? `code ${code}`}); starting it again`);
      relaunch();
    });
  };

  const relaunch = (): void => {
    const delay = Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** restarts++);
    timer = setTimeout(() => {
      launch().catch((error: unknown) => {
        if (stopping) return;
        say(`${spec.name} did not start`, error);
        relaunch();
      });
    }, delay);
  };

  await launch();
  return {
    pid: () => current?.pid,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (current) await end(current);
    },
  };
}

function start(spec: ChildSpec): ChildProcess {
  return spawn(spec.command, spec.args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...spec.env },
    // Out of the terminal's process group: Ctrl-C must let functions in flight finish their calls to the emulators.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

/** Resolves at the ready line; rejects when the child ends or stays silent. Goes on reading, or the child would block. */
function untilReady(spec: ChildSpec, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => fail(`was not ready within ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      child.stdin?.destroy();
      reject(new Error(`${why} (see ${spec.logFile})${printed === "" ? "" : `: ${printed.trim()}`}`));
    };
    const onExit = (code: number | null, signal: string | null) => fail(`ended at once, ${signal ?? `code ${code}`}`);
    child.once("exit", onExit);
    child.once("error", (error) => fail(error.message));
    child.stdin?.on("error", () => undefined);
    const read = (text: string) => {
      appendFileSync(spec.logFile, text);
      if (printed.length < 2_000) printed += text;
      if (!spec.ready.test(printed)) return;
      clearTimeout(timer);
      child.off("exit", onExit);
      resolve();
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.once("close", () => resolve());
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  child.stdin?.end();
  if (process.platform === "win32") child.kill();
  await ended;
  clearTimeout(timer);
}
