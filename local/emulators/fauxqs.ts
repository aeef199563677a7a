import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { endLeftover } from "./leftover.ts";
import { type SupervisedChild, superviseChild } from "./supervised-child.ts";
import type { Say } from "../machine/say.ts";

export interface FauxqsOptions {
  dataDir: string;
  port: number;
  logFile: string;
  say: Say;
}

/** Starts SQS and S3 on their files. Throws an Error that says why it ended. */
export async function startFauxqs({ dataDir, port, logFile, say }: FauxqsOptions): Promise<SupervisedChild> {
  const queues = join(dataDir, "sqs");
  const objects = join(dataDir, "s3");
  mkdirSync(queues, { recursive: true });
  mkdirSync(objects, { recursive: true });
  const pidFile = join(queues, "fauxqs.pid");
  const script = fileURLToPath(new URL("fauxqs-process.ts", import.meta.url));
  await endLeftover(pidFile, script);
  releaseMessages(join(queues, "fauxqs.db"));
  return superviseChild(
    {
      name: "SQS and S3 (fauxqs)",
      command: process.execPath,
      args: [script, String(port), queues, objects, pidFile],
      ready: /listening on/,
      logFile,
      beforeStart: () => endLeftover(pidFile, script),
    },
    say,
  );
}

/**
 * Makes messages in flight visible again. A message stays hidden for six times its function's timeout, which lets SQS
 * tell a slow function from a dead one; at a start we know that no function of the run before is alive. The count of
 * receives stays, so that a message which brings the process down still ends in the dead-letter queue.
 */
function releaseMessages(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  try {
    database.exec("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL");
  } finally {
    database.close();
  }
}
