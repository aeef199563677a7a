import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../../local/emulators/free-port.ts";
import { newHome, REPOSITORY, startSystem, type System } from "./system.ts";

interface Block {
  /** Of its first line in the guide. */
  line: number;
  language: string;
  /** After the language: the status that a refused call is to have. */
  status: number | undefined;
  text: string;
}

const GUIDE = readFileSync(join(REPOSITORY, "docs/guide.md"), "utf8");

const blocks: Block[] = [...GUIDE.matchAll(/^```(\w+) ?(\d*)\n([\s\S]*?)^```$/gm)].map((match) => {
  const [, language = "", status = "", text = ""] = match;
  const line = GUIDE.slice(0, match.index).split("\n").length + 1;
  return { line, language, status: status === "" ? undefined : Number(status), text };
});

/** A block of commands with what the guide shows as its answer. */
const steps = blocks.flatMap((block, at) => {
  if (block.language !== "sh") return [];
  const next = blocks[at + 1];
  return [{ ...block, answer: next && next.language !== "sh" ? next : undefined }];
});

/** Each block is a shell of its own; what it sets is handed on, as one shell would. curl tells the status of each call. */
const PROLOGUE = `
curl() { command curl -w '%{stderr}\\nSTATUS %{http_code}\\n' "$@"; }
if [ -e state.sh ]; then . ./state.sh; fi
set -a -o pipefail
trap 'declare -px > state.sh; declare -fp >> state.sh' EXIT
set -e
`;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  statuses: number[];
}

async function run(home: string, script: string): Promise<Ran> {
  const shell = spawn("bash", ["-c", PROLOGUE + script], { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve) => shell.once("close", (code) => resolve(code ?? 1)));
  const [stdout, stderr, code] = await Promise.all([text(shell.stdout), text(shell.stderr), ended]);
  return {
    code,
    stdout,
    stderr,
    statuses: [...stderr.matchAll(/^STATUS (\d+)$/gm)].map(([, status]) => Number(status)),
  };
}

/** The shown answer holds within the real one: fields may be left out, and what an ellipsis ends is only a beginning. */
function shown(value: unknown): unknown {
  if (typeof value === "string")
    return value.endsWith("…") ? expect.stringMatching(new RegExp(`^${value.slice(0, -1)}`)) : value;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)])));
}

function lastAnswer(stdout: string): unknown {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  return JSON.parse(line);
}

describe("the guide", () => {
  let system: System;
  let feedPort = 0;

  beforeAll(async () => {
    system = await startSystem(newHome());
    feedPort = await freePort();
  });
  afterAll(() => {
    const state = join(system.home, "state.sh");
    const server = existsSync(state) ? /SERVER="(\d+)"/.exec(readFileSync(state, "utf8"))?.[1] : undefined;
    try {
      if (server !== undefined) process.kill(Number(server), "SIGKILL");
    } catch {
      // The guide has ended it itself.
    }
  });

  it.each(steps)("line $line: its commands are answered as it says", async ({ text, status, answer }) => {
    const script = text.replaceAll("8790", String(feedPort));
    const once = async () => {
      const ran = await run(system.home, script);
      const report = `${ran.stdout}\n${ran.stderr}`;
      const refused = ran.statuses.filter((code) => code < 200 || code > 299);
      if (status === undefined) {
        expect(ran.code, report).toBe(0);
        expect(
          refused.filter((code) => code !== 302),
          report,
        ).toEqual([]);
      } else expect([ran.code, ...refused], report).toEqual([22, status]);
      if (answer?.language === "json") expect(lastAnswer(ran.stdout), report).toEqual(shown(JSON.parse(answer.text)));
      else if (answer) expect(ran.stdout).toContain(answer.text);
    };
    // Search follows what was written by a moment; what only reads is asked again.
    const onlyReads = !/-d |-X|--data|>/.test(script);
    if (onlyReads) await vi.waitFor(once, { timeout: 10_000, interval: 100 });
    else await once();
  });
});
