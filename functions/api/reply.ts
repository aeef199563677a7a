import type { ApiContext } from "./api-env.ts";

/**
 * An answer as plain data. The platform's own Response is a stream with finalizers, and its first use loads an HTTP
 * client: 70 µs a request and 16 ms a cold start, measured, for bodies that are already in memory.
 */
export class Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Lines of Set-Cookie, which is the one header that comes more than once. */
  readonly cookies: readonly string[];
  constructor(
    status: number,
    headers: Record<string, string>,
    body: string | Uint8Array<ArrayBuffer>,
    cookies: readonly string[] = [],
  ) {
    this.cookies = cookies;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** This request's answer, with the headers that middleware set for it. What `headers` names wins. */
export function reply(
  c: ApiContext,
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer> = "",
): Response {
  // Hono hands through what a handler returns; of it, it reads nothing but the status.
  return new Reply(status, { ...c.get("headers"), ...headers }, body, c.get("cookies")) as unknown as Response;
}

/** What Hono answered: ours, or its own Response where it made one (HEAD). */
export async function replyOf(answered: unknown): Promise<Reply> {
  if (answered instanceof Reply) return answered;
  const response = answered as Response;
  return new Reply(response.status, Object.fromEntries(response.headers), new Uint8Array(await response.arrayBuffer()));
}

/** A handler's result under another status of success than its route's own; the route names it in `otherStatuses`. */
export class OtherStatus {
  readonly status: 200 | 201 | 202;
  readonly value: unknown;
  constructor(status: 200 | 201 | 202, value: unknown) {
    this.status = status;
    this.value = value;
  }
}

/** A verb's result that sends the caller on to a file that is not ours to carry. */
export class Redirect {
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
}

/** A verb's result that is a file to be kept, not JSON. */
export class TextFile {
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
  /** Headers of the answer besides. */
  readonly headers: Record<string, string>;
  constructor(name: string, contentType: string, text: string, headers: Record<string, string> = {}) {
    this.name = name;
    this.contentType = contentType;
    this.text = text;
    this.headers = headers;
  }
}

/** A verb's result with what the browser keeps of it. */
export class WithCookies {
  readonly result: unknown;
  readonly cookies: readonly Cookie[];
  constructor(result: unknown, cookies: readonly Cookie[]) {
    this.result = result;
    this.cookies = cookies;
  }
}

export interface Cookie {
  name: "session" | "sign-in";
  value: string;
  /** 0 removes it. */
  maxAgeSeconds: number;
}
