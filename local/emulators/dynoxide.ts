import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { endLeftover } from "./leftover.ts";
import { indexStreamRecords } from "./stream-records.ts";
import { type SupervisedChild, superviseChild } from "./supervised-child.ts";
import type { Say } from "../machine/say.ts";

/** No DynamoDB emulator for this host. The message names what can stand in. */
export class NoDynamoDbError extends Error {
  override readonly name = "NoDynamoDbError";
  constructor(host: string) {
    super(
      [
        `There is no dynoxide (the DynamoDB emulator) for ${host}, or npm left it out.`,
        "Run `npm install` again with optional dependencies, or start with AWS_ENDPOINT_URL_DYNAMODB set to another one:",
        "  - Amazon's DynamoDB Local:  AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start",
        "  - any other emulator that has transactions, streams and TTL",
        "  - DynamoDB itself:          AWS_ENDPOINT_URL_DYNAMODB=https://dynamodb.<region>.amazonaws.com npm start",
      ].join("\n"),
    );
  }
}

/**
 * Runs dynoxide and ends it when standard input closes, which happens however its parent dies. Killing is safe: every
 * answered write is in SQLite's log, and a polite signal would wait for the clients' idle connections.
 */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
echo "$child" > "$PID_FILE"
( cat <&3 >/dev/null; kill -9 "$child" 2>/dev/null ) >/dev/null 2>&1 &
exec 3<&-
wait "$child"
`;

/** The path of the binary for a host, named as npm's packages are (`linux-x64`). Throws NoDynamoDbError. */
export function dynoxideBinary(host = `${process.platform}-${process.arch}`): string {
  const name = host.startsWith("win32") ? "dynoxide.exe" : "dynoxide";
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${host}/package.json`);
    const binary = join(dirname(manifest), name);
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: said below.
  }
  throw new NoDynamoDbError(host);
}

/** Where dynoxide keeps its database under a data directory. */
export function dynoxideFile(dataDir: string): string {
  return join(dataDir, "dynamodb", "dynoxide.db");
}

export interface DynoxideOptions {
  dataDir: string;
  port: number;
  logFile: string;
  say: Say;
}

/** Starts dynoxide on its file, with the stream's indexes in place. Throws NoDynamoDbError, or an Error that says why it ended. */
export async function startDynoxide({ dataDir, port, logFile, say }: DynoxideOptions): Promise<SupervisedChild> {
  const file = dynoxideFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  const pidFile = join(dirname(file), "dynoxide.pid");
  const binary = dynoxideBinary();
  const serve = ["serve", "--host", "127.0.0.1", "--port", String(port), "--db-path", file];
  const guarded = process.platform !== "win32";
  const child = await superviseChild(
    {
      name: "DynamoDB (dynoxide)",
      command: guarded ? "/bin/sh" : binary,
      args: guarded ? ["-c", GUARD, "dynoxide-guard", binary, ...serve] : serve,
      env: { PID_FILE: pidFile },
      ready: /listening on/i,
      logFile,
      beforeStart: () => endLeftover(pidFile, file),
    },
    say,
  );
  indexStreamRecords(file);
  return child;
}
