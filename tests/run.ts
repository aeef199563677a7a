import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";

/** Everything that needs no account, cheapest first; the first fault ends it, since what follows would only hide it. */
const STEPS: [name: string, command: string, ...args: string[]][] = [
  ["format", "biome", "format", "."],
  ["lint", "oxlint", "--type-aware", "--deny-warnings", "."],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["directions", "depcruise", "--config", ".dependency-cruiser.cjs", "core", "functions", "local", "stacks", "tests"],
  ["infra platform", "node", "tests/infra/platform.ts"],
  ["types of the stacks", "tsc", "-p", "tsconfig.stacks.json"],
  ["tests", "vitest", "run", "--coverage"],
];

rmSync("reports", { recursive: true, force: true });
mkdirSync("reports", { recursive: true });
for (const [name, command, ...args] of STEPS) {
  const start = performance.now();
  const { status } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? "✓" : "✗"} ${name} (${seconds} s)\n`);
  if (status !== 0) process.exit(status ?? 1);
}
