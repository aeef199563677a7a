import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Say } from "./say.ts";

/** Names in a data directory that `--fresh` leaves: they belong to whoever holds the lock, not to the data. */
export const LOCK_FILES = ["lock.db", "owner.json"];

interface Owner {
  pid: number;
  stopping: boolean;
}

export interface DataLock {
  /** Tells whoever waits that it need not wait long. */
  stopping(): void;
  release(): void;
}

/** Somebody else uses this data. */
export class DataInUseError extends Error {
  override readonly name = "DataInUseError";
  constructor(dataDir: string, pid: number | undefined) {
    super(
      `Another Stockwright${pid === undefined ? "" : ` (process ${pid})`} is running on ${dataDir}. ` +
        "Stop it, or start this one with another STOCKWRIGHT_DATA and PORT.",
    );
  }
}

/** A run that lost its npm notices within half a second; one that is stopping takes up to its grace. */
const PATIENCE_MS = 3_000;
const PATIENCE_WITH_A_STOPPING_MS = 20_000;
const ASK_EVERY_MS = 100;

/**
 * Takes the data directory for this process. The lock is one of the operating system's (SQLite's, on a file), so it
 * ends with the process however that dies, and no stale file ever stands in the way. Waits for a run that is ending.
 * Throws DataInUseError.
 */
export async function lockData(dataDir: string, say: Say): Promise<DataLock> {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, "lock.db"), { timeout: 0 });
  const startedAt = performance.now();
  let told = false;
  while (!tryLock(database)) {
    const owner = readOwner(dataDir);
    const patience = owner?.stopping ? PATIENCE_WITH_A_STOPPING_MS : PATIENCE_MS;
    if (performance.now() - startedAt > patience) {
      database.close();
      throw new DataInUseError(dataDir, owner?.pid);
    }
    if (!told) say(`Waiting for process ${owner?.pid ?? "?"} to leave ${dataDir}`);
    told = true;
    await delay(ASK_EVERY_MS);
  }
  writeOwner(dataDir, { pid: process.pid, stopping: false });
  return {
    stopping: () => writeOwner(dataDir, { pid: process.pid, stopping: true }),
    release: () => database.close(),
  };
}

/** Is a running process using this data directory? */
export function isLocked(dataDir: string): boolean {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, "lock.db"), { timeout: 0 });
  try {
    return !tryLock(database);
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}

function readOwner(dataDir: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, "owner.json"), "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function writeOwner(dataDir: string, owner: Owner): void {
  writeFileSync(join(dataDir, "owner.json"), JSON.stringify(owner));
}
