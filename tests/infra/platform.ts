import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * SST's components, which `sst install` writes to .sst/platform (about half a minute, 300 MB, from npm alone).
 * Run by itself, this file makes them, so that `tsc -p tsconfig.stacks.json` has the types.
 */
const ROOT = join(import.meta.dirname, "..", "..");
export const PLATFORM = join(ROOT, ".sst", "platform");

/** Written last and only here: an install that was interrupted leaves folders, but not this. */
const MARK = join(PLATFORM, ".installed-for-tests");

const SST = join(ROOT, "node_modules", "sst", "bin", "sst.mjs");

export type PlatformState = { ready: true } | { ready: false; reason: string };

/** Throws when the install fails though npm's registry answers: that is a fault to mend, not a test to skip. */
export function ensurePlatform(): PlatformState {
  const version = installedSstVersion();
  if (existsSync(MARK) && readFileSync(MARK, "utf8") === version) return { ready: true };
  const install = spawnSync(process.execPath, [SST, "install", "--stage", "dev"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, SST_TELEMETRY_DISABLED: "1", SST_SKIP_DEPENDENCY_CHECK: "1", NO_BUN: "1" },
  });
  if (install.status === 0) {
    writeFileSync(MARK, version);
    return { ready: true };
  }
  const output = `${install.stdout ?? ""}${install.stderr ?? ""}`.trim();
  if (registryAnswers()) throw new Error(`sst install failed:\n${output}`);
  return { ready: false, reason: "npm reaches no registry, and .sst/platform is not installed yet" };
}

function installedSstVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, "node_modules", "sst", "package.json"), "utf8"));
  if (typeof manifest !== "object" || manifest === null || !("version" in manifest)) throw new Error("sst is not here");
  return String(manifest.version);
}

function registryAnswers(): boolean {
  const look = spawnSync("npm", ["view", "sst", "name", "--fetch-retries=1", "--fetch-timeout=10000"], { cwd: ROOT });
  return look.status === 0;
}

if (import.meta.main) {
  const state = ensurePlatform();
  if (!state.ready) {
    process.stderr.write(`${state.reason}\n`);
    process.exitCode = 1;
  }
}
