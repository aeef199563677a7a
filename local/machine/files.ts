import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes JSON for this user's eyes only, replacing the file whole. */
export function writePrivateJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

/** The file's JSON as an object; undefined where there is no such file, or it holds something else. */
export function readJson(file: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes everything in a directory but the files named. */
export function emptyDirectory(directory: string, but: string[]): void {
  for (const name of readdirSync(directory)) {
    if (!but.includes(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}
