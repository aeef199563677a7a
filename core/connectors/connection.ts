import { backoffMs, sleep as realSleep } from "../platform/backoff.ts";
import {
  CircuitOpenError,
  OutboundError,
  PermanentError,
  PrivateAddressError,
  RateLimitError,
} from "../platform/http/errors.ts";
import type { AccessKeeper } from "./access.ts";
import { errorOfStatus, readAs, UnreadableAnswer } from "./answer.ts";
import { BudgetSpentError, isTokenRefused, NotAuthorizedError } from "./errors.ts";
import type { Connector } from "./port.ts";
import { createSender, type SenderOptions } from "./sender.ts";
import type { Access, Connection, WireAnswer, WireRequest } from "./wire.ts";

/** Of a call that may be repeated, in all. Each takes from the budgets. */
const ATTEMPTS = 3;
const BASE_WAIT_MS = 250;
const MAX_WAIT_MS = 4_000;

export interface ConnectionOptions extends SenderOptions {
  connector: Connector;
  /** The organisation's, where the account's settings name none. */
  currency: string;
  keeper: AccessKeeper;
}

/** An account's calls: signed, repeated where that is safe and useful, and read. */
export function createConnection(options: ConnectionOptions): Connection {
  const { manifest, connector, resources, account, keeper, sleep = realSleep } = options;
  const { name } = manifest;
  const { log, metrics, now } = resources;
  const { send, tokenIo } = createSender(options);

  const errorOf = (answer: WireAnswer) => connector.errorOf?.(answer) ?? errorOfStatus(name, answer, now());

  /** Signed; a refused token is replaced once. */
  async function signed(request: WireRequest): Promise<WireAnswer> {
    let access = await orLost(() => keeper.current(tokenIo));
    for (let isSecond = false; ; isSecond = true) {
      try {
        return await noted(request, access);
      } catch (error) {
        if (!isTokenRefused(error)) throw error;
        if (!connector.tokens)
          throw await lost(new NotAuthorizedError(name, "it refuses the credentials", { cause: error }));
        // Not for a person to mend: the credentials have just been good for a token.
        if (isSecond) throw new PermanentError(name, "it refuses the token that it has just given", { cause: error });
        const refused: Access = access;
        access = await orLost(() => keeper.renewed(tokenIo, refused));
      }
    }
  }

  let hasChanged = false;

  async function noted(request: WireRequest, access: Access): Promise<WireAnswer> {
    let isRefused = false;
    try {
      return await send(connector.sign(request, access), errorOf);
    } catch (error) {
      isRefused = isUnsent(error) || isTokenRefused(error);
      throw error;
    } finally {
      hasChanged ||= !isRefused && !isReading(request);
    }
  }

  async function orLost(get: () => Promise<Access>): Promise<Access> {
    try {
      return await get();
    } catch (error) {
      throw error instanceof NotAuthorizedError ? await lost(error) : error;
    }
  }

  async function lost(error: NotAuthorizedError): Promise<NotAuthorizedError> {
    await keeper.lost(error.message);
    return error;
  }

  /** As often as the request allows; `read` may find the answer unreadable. */
  async function repeated<T>(request: WireRequest, read: (answer: WireAnswer) => T): Promise<T> {
    const attempts = isRepeatable(request) ? ATTEMPTS : 1;
    for (let number = 1; ; number++) {
      const isLast = number >= attempts;
      try {
        const answer = await signed(request);
        try {
          return read(answer);
        } catch (error) {
          if (!(error instanceof UnreadableAnswer)) throw error;
          throw error.as(isLast ? "permanent" : "transient", name, answer.status);
        }
      } catch (error) {
        const waitMs = error instanceof OutboundError ? waitOf(error, number) : undefined;
        if (isLast || waitMs === undefined) throw error;
        log.warn("Call of a provider failed and will be repeated", { provider: name, attempt: number, waitMs, error });
        await sleep(waitMs);
      }
    }
  }

  return {
    accountId: account.id,
    provider: name,
    settings: account.settings,
    currency: account.settings["currency"] ?? options.currency,
    now,
    log: log.with({ provider: name, accountId: account.id }),
    metrics,
    call: (request, schema) => repeated(request, (answer) => readAs(answer, schema)),
    exchange: (request) => repeated(request, (answer) => answer),
    mayHaveChanged: () => hasChanged,
  };
}

/** It never left, or was not taken: too many others had been. */
const isUnsent = (error: unknown): boolean =>
  error instanceof RateLimitError || error instanceof CircuitOpenError || error instanceof PrivateAddressError;

const isReading = ({ method, reads }: WireRequest): boolean => method === "GET" || reads === true;

function isRepeatable({ method, repeatable }: WireRequest): boolean {
  return repeatable ?? (method !== "POST" && method !== "PATCH");
}

/** How long to wait before the next attempt; undefined where that is the job's business, or useless. */
function waitOf(error: OutboundError, number: number): number | undefined {
  if (error instanceof CircuitOpenError || error instanceof BudgetSpentError || !error.retryable) return undefined;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > MAX_WAIT_MS) return undefined;
  // Told of the refusal, the budget lets the next attempt wait together with all others of the account.
  return error instanceof RateLimitError ? 0 : retryAfterMs + backoffMs(number - 1, BASE_WAIT_MS, MAX_WAIT_MS);
}
