import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, type Say } from "./say.ts";

/** The log starts anew beyond this; one older file is kept beside it. */
const LARGEST_LOG_BYTES = 20 * 1024 * 1024;

export interface Output {
  say: Say;
  /** Text for the terminal alone: the address, the key. */
  show(text: string): void;
  /** Writes out what is held, and gives standard output back. */
  close(): void;
}

/**
 * Parts the two audiences of standard output: what functions print, structured lines mostly, goes to the log file as
 * it would to CloudWatch; the terminal gets only what the local cloud says, and the functions' errors in one line.
 */
export function captureOutput(file: string): Output {
  mkdirSync(dirname(file), { recursive: true });
  const write = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  // A reader that went away (`npm start | head`) must not end the process.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);

  let held: string[] = [];
  let flushing: NodeJS.Immediate | undefined;
  let bytes = sizeOf(file);
  const flush = () => {
    flushing = undefined;
    const text = held.join("");
    held = [];
    if (text === "") return;
    if (bytes + text.length > LARGEST_LOG_BYTES) {
      renameSync(file, `${file}.1`);
      bytes = 0;
    }
    appendFileSync(file, text);
    bytes += text.length;
  };
  const log = (text: string) => {
    held.push(text);
    flushing ??= setImmediate(flush);
  };
  const show = (text: string) => void write(`${text}\n`);

  const intercept = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    log(text);
    const brief = errorInBrief(text);
    if (brief) show(brief);
    const callback = rest.at(-1);
    if (typeof callback === "function") (callback as () => void)();
    return true;
  }) as typeof process.stdout.write;
  process.stdout.write = intercept;
  process.stderr.write = intercept;

  return {
    say(message, error) {
      show(error === undefined ? message : `${message}: ${messageOf(error)}`);
      const level = error === undefined ? "INFO" : "ERROR";
      const stack = error instanceof Error ? error.stack : error;
      log(
        `${JSON.stringify({ level, message, timestamp: new Date().toISOString(), service: "local", error: stack })}\n`,
      );
    },
    show,
    close() {
      clearImmediate(flushing);
      flush();
      process.stdout.write = write;
      process.stderr.write = writeError;
    },
  };
}

/** `ERROR message` of a structured line of that level; unstructured text is shown as it is. */
function errorInBrief(text: string): string | undefined {
  if (!text.startsWith("{")) return text.trimEnd();
  if (!/"level":"(ERROR|CRITICAL)"/.test(text)) return undefined;
  try {
    const line = JSON.parse(text) as { level: string; message: string; error?: { message?: string } };
    return `${line.level} ${line.message}${line.error?.message === undefined ? "" : `: ${line.error.message}`}`;
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
