import type { IncomingMessage } from "node:http";
import { Readable, pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { classifyFailure } from "./classify.ts";
import { OutboundError, PermanentError, TransientError } from "./errors.ts";

export interface BodyLimits {
  /** The longest wait for a chunk. */
  idleMs: number;
  /** For the whole body: a server that drips must not hold a worker. */
  totalMs: number;
  /** Of the decoded body: a bomb is small on the wire. */
  maxBytes: number;
  /** False to leave the body as it was sent. */
  decode?: boolean;
}

/**
 * The answer's body, decoded and bounded. Fails with TransientError when it stalls or breaks off, PermanentError when
 * it is too large or not what its Content-Encoding says. Destroying it frees the connection.
 */
export function readBody(dependency: string, answer: IncomingMessage, limits: BodyLimits): Readable {
  const given = limits.decode === false ? undefined : answer.headers["content-encoding"];
  const encoding = given?.trim().toLowerCase() || "identity";
  const wire = Readable.from(paced(dependency, answer, limits), { objectMode: false });
  const decoder = decoderFor(encoding);
  if (encoding !== "identity" && !decoder) {
    answer.destroy();
    throw new PermanentError(dependency, `answered in the unknown encoding ${encoding.slice(0, 40)}`);
  }
  // A failure reaches the reader through the last stream; the callback only keeps it from being unhandled as well.
  const decoded = decoder ? pipeline(wire, decoder, () => {}) : wire;
  const chunks = bounded(dependency, decoded, limits.maxBytes);
  return new Readable({
    read() {
      chunks.next().then(
        (next) => this.push(next.done ? null : next.value),
        (error: Error) => this.destroy(error),
      );
    },
    // At once, and not when the next chunk comes: Readable.from would wait for its generator, and so for the server.
    destroy(error, done) {
      answer.destroy();
      done(error);
    },
  });
}

function decoderFor(encoding: string) {
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  return encoding === "br" ? createBrotliDecompress() : undefined;
}

/** Waits for each chunk only so long. The clock stands still while the reader is busy with the last one. */
async function* paced(dependency: string, answer: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  const late = (what: string) => new TransientError(dependency, `${what} while its body was read`);
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const deadline = performance.now() + limits.totalMs;
  try {
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0) throw late("took too long");
      const stall = left < limits.idleMs ? late("took too long") : late("stalled");
      const timer = setTimeout(() => answer.destroy(stall), Math.min(left, limits.idleMs));
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw error instanceof OutboundError ? error : classifyFailure(dependency, error);
  } finally {
    answer.destroy();
  }
}

async function* bounded(dependency: string, decoded: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of decoded) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new PermanentError(dependency, `answered more than ${maxBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof OutboundError ? error : undecodable(dependency, error);
  }
}

function undecodable(dependency: string, error: unknown): OutboundError {
  // zlib's word for a stream that ends too early: the connection was cut where the length was not announced.
  const { code } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") return new TransientError(dependency, "broke off its body", { cause: error });
  if (code?.startsWith("Z_") || code?.startsWith("ERR_")) {
    return new PermanentError(dependency, "answered what its Content-Encoding does not decode", { cause: error });
  }
  return classifyFailure(dependency, error);
}
