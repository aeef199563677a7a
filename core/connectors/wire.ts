import type { ZodType } from "zod";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";

export type Base = "api" | "auth";

/** A call as it is built, apart from sending. */
export interface WireRequest {
  base: Base;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base, with a leading slash; parts that come from data are percent-encoded. */
  path: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** May be sent again after a fault although it is a POST or PATCH. */
  repeatable?: boolean;
  /** Changes nothing there although it is a POST: a query. */
  reads?: true;
  /** Units of the limits that it takes: by a limit's scope (none where absent), or by the name of one without a scope (one where absent). */
  cost?: Readonly<Record<string, number>>;
  timeoutMs?: number;
  maxBytes?: number;
}

export interface WireAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The body; undefined where it is empty. What is not JSON is its text. */
  body: unknown;
}

export interface Access {
  credentials: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, string>>;
  token?: Token;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Token {
  accessToken: string;
  /** With which the next one is got, where there is such a thing. */
  refreshToken?: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * Sends a request as it is, without a token. Throws what is transient or rate-limited; a refusal (another 4xx) is
 * answered, for `readTokenAnswer` (answer.ts) or its like to tell what it means.
 */
export interface TokenIo {
  now: () => number;
  send(request: WireRequest): Promise<WireAnswer>;
}

/** An account, opened: calls leave with its credentials, within its limits. */
export interface Connection {
  accountId: string;
  provider: string;
  settings: Readonly<Record<string, string>>;
  /** The account's own currency where its settings name one, otherwise the organisation's. */
  currency: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  metrics: Metrics;
  /**
   * Sends and reads: the answer's body as the schema says. Throws an OutboundError: transient, rate-limited and permanent
   * as the provider's answer means; what is not JSON or does not match the schema is transient for as many attempts as a
   * repeatable call has, and then permanent; an answer that broke off stays transient. A refused token is replaced once;
   * NotAuthorizedError (errors.ts), which is permanent, says that a person must authorize the account anew.
   */
  call<T>(request: WireRequest, schema: ZodType<T>): Promise<T>;
  /** The same where status and headers matter. Any status that means no error. */
  exchange(request: WireRequest): Promise<WireAnswer>;
  /**
   * Whether a call has left that may have changed something there, answered or not; one that was refused for its number
   * (429) or its token, or never left, is none. Where absent nobody knows.
   */
  mayHaveChanged?: () => boolean;
}
