import { watchParent } from "./machine/parent.ts";
import type { Running } from "./start.ts";
import type { Say } from "./machine/say.ts";

/** What a stop gives to work in flight. */
const GRACE_MS = 10_000;
/** When npm was killed, somebody may be waiting to start again. */
const GRACE_WITHOUT_PARENT_MS = 2_000;
/** Ctrl-C reaches this process twice: from the terminal, and handed on by npm. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the process in order on SIGTERM, SIGINT, SIGHUP, or when the npm that started it is gone; a second signal ends it
 * at once. A stop that is asked for while starting takes effect when the start is over.
 */
export function endInOrder(starting: Promise<Running>, say: Say, exit: (code: number) => void): void {
  let endingSince: number | undefined;
  const end = (why: string, graceMs: number, code: number) => {
    if (endingSince !== undefined) {
      if (performance.now() - endingSince > SAME_SIGNAL_MS && why.startsWith("SIG")) exit(130);
      return;
    }
    endingSince = performance.now();
    say(`Stopping (${why})`);
    starting
      .then((running) => running.stop(graceMs))
      .then(
        () => exit(code),
        () => exit(1),
      );
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => end(signal, GRACE_MS, 0));
  watchParent(process.env, () => end("npm is gone", GRACE_WITHOUT_PARENT_MS, 0));

  // One function's forgotten promise is that function's bug, not the end of all the others' work.
  process.on("unhandledRejection", (reason) => say("Unhandled rejection", reason));
  process.on("uncaughtException", (error) => {
    say("Uncaught exception", error);
    end("uncaught exception", GRACE_WITHOUT_PARENT_MS, 1);
  });
}
