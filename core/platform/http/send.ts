import { Agent as PlainAgent, type IncomingMessage, type RequestOptions, request as plainRequest } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import type { LookupFunction } from "node:net";

/** One request to one address: a redirect makes the next one. */
export interface Hop {
  url: URL;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

/** Sends a hop up to its answer's headers. Rejects with the socket's own error, or with the signal's reason. */
export type Send = (hop: Hop, signal: AbortSignal) => Promise<IncomingMessage>;

/** Idle connections are given up before most servers give up on them. */
const IDLE_CONNECTION_MS = 4_000;

/** `lookup` decides what a host's name may resolve to. */
export function createSend(lookup: LookupFunction): Send {
  const kept = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const plain = new PlainAgent(kept);
  const secure = new SecureAgent(kept);

  return (hop, signal) => {
    const isSecure = hop.url.protocol === "https:";
    const options: RequestOptions = {
      method: hop.method,
      headers: hop.headers,
      lookup,
      signal,
      // A kept connection may be dead without saying so; what may not be repeated gets a fresh one.
      agent: hop.method === "POST" || hop.method === "PATCH" ? false : isSecure ? secure : plain,
    };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? secureRequest : plainRequest)(hop.url, options, resolve);
      request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
      request.end(hop.body);
    });
  };
}
