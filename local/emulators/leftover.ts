import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

const GONE_WITHIN_MS = 3_000;

/**
 * Ends the process that a pid file names, if it still runs and its command line holds `mark`: pids are used again, so
 * the number alone proves nothing. The data's lock is held by the caller, so whoever is found here was left behind.
 */
export async function endLeftover(pidFile: string, mark: string): Promise<void> {
  const pid = readPid(pidFile);
  if (pid !== undefined && commandOf(pid).includes(mark)) {
    process.kill(pid, "SIGKILL");
    const deadline = performance.now() + GONE_WITHIN_MS;
    while (commandOf(pid).includes(mark) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  rmSync(pidFile, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8").trim());
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for a process that is gone, or dead and not yet reaped. */
function commandOf(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    if (process.platform === "win32") return "";
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
