import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 250;

/**
 * Calls `gone` once when the npm that started this process is no more. npm hands SIGTERM on, but a SIGKILL ends it
 * alone, and this process would go on holding port and data. Watches only under npm: a process that somebody put in
 * the background by hand outlives its shell on purpose. Returns what ends the watch.
 */
export function watchParent(env: Record<string, string | undefined>, gone: () => void): () => void {
  if (env["npm_lifecycle_event"] === undefined) return () => undefined;
  const ancestors = ancestorsNow();
  const timer = setInterval(() => {
    if (ancestorsNow().every((pid, index) => pid === ancestors[index])) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The parent and, where the system tells, the grandparent: npm may have put a shell between itself and us. */
function ancestorsNow(): number[] {
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  return grandparent === undefined ? [parent] : [parent, grandparent];
}

function parentOf(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold spaces; state and parent follow it.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
