import type { IncomingMessage } from "node:http";

/** API Gateway takes 10 MB. */
export const LARGEST_REQUEST_BYTES = 10 * 1024 * 1024;

/** What a refused sender may still send before the connection is cut, so that it gets to read why. */
const DRAINED_BYTES = 10 * LARGEST_REQUEST_BYTES;

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
  constructor() {
    super(`The request body is larger than ${LARGEST_REQUEST_BYTES / 1024 / 1024} MB`);
  }
}

const EMPTY = Buffer.alloc(0);

/** The whole body. Throws BodyTooLargeError as soon as it is known to be too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) {
    return EMPTY;
  }
  if (Number(request.headers["content-length"]) > LARGEST_REQUEST_BYTES) return tooLarge(request);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("error", reject);
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LARGEST_REQUEST_BYTES) return void chunks.push(chunk);
      request.removeAllListeners("data").removeAllListeners("end");
      tooLarge(request).catch(reject);
    });
  });
}

async function tooLarge(request: IncomingMessage): Promise<never> {
  let drained = 0;
  request.on("data", (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAINED_BYTES) request.destroy();
  });
  return Promise.reject(new BodyTooLargeError());
}
