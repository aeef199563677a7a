import { backoffMs, type Sleep, sleep as realSleep } from "../platform/backoff.ts";
import type { Resources } from "../platform/context.ts";
import {
  CircuitOpenError,
  OutboundError,
  PermanentError,
  RateLimitError,
  TransientError,
} from "../platform/http/errors.ts";
import type { AccessKeeper } from "./access.ts";
import { errorOfStatus, readAs, UnreadableAnswer, wireAnswerOf } from "./answer.ts";
import { basesFor } from "./bases.ts";
import type { Budget, Urgency } from "./budget.ts";
import { BudgetSpentError, isTokenRefused, NotAuthorizedError } from "./errors.ts";
import type { Connector, Manifest } from "./port.ts";
import type { Access, Connection, TokenIo, WireAnswer, WireRequest } from "./wire.ts";

/** Of a call that may be repeated, in all. Each takes from the budgets. */
const ATTEMPTS = 3;
const BASE_WAIT_MS = 250;
const MAX_WAIT_MS = 4_000;
const TIMEOUT_MS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;

export interface ConnectionOptions {
  manifest: Manifest;
  connector: Connector;
  resources: Pick<Resources, "config" | "http" | "log" | "metrics" | "now">;
  account: { id: string; settings: Readonly<Record<string, string>> };
  /** The organisation's, where the account's settings name none. */
  currency: string;
  keeper: AccessKeeper;
  budget: Budget;
  urgency: Urgency;
  sleep?: Sleep;
  /** For an answer's headers, and as long again for its body, where the request says nothing else. */
  timeoutMs?: number;
}

/** What goes through a connection: whatever leaves, leaves from here. */
export function createConnection(options: ConnectionOptions): Connection {
  const { manifest, connector, resources, account, keeper, budget, urgency, sleep = realSleep } = options;
  const { name } = manifest;
  const { http, log, metrics, now } = resources;
  const bases = basesFor(manifest, account.settings, resources.config);

  /** One request as it is: within the budgets, and no error of the answer's left unseen. */
  async function send(request: WireRequest, errorOf: (answer: WireAnswer) => OutboundError | undefined) {
    await budget.take({ cost: request.cost ?? {}, urgency });
    const timeoutMs = request.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS;
    const query = request.query === undefined ? "" : new URLSearchParams(request.query).toString();
    let answered: WireAnswer | undefined;
    try {
      await http.request({
        dependency: name,
        url: `${bases[request.base]}${request.path}${query === "" ? "" : `?${query}`}`,
        method: request.method,
        ...(request.headers ? { headers: { ...request.headers } } : {}),
        ...(request.body === undefined ? {} : { body: request.body }),
        // Repeated here, not there: each attempt takes from the budgets, and may have another token.
        attempts: 1,
        timeoutMs,
        bodyTimeoutMs: timeoutMs,
        maxBytes: request.maxBytes ?? MAX_BYTES,
        settle: async (response) => {
          answered = await wireAnswerOf(response);
          const error = errorOf(answered);
          if (error) throw error;
        },
      });
    } catch (error) {
      if (error instanceof RateLimitError) await budget.refused(error.retryAfterMs);
      throw error;
    }
    if (!answered) throw new TransientError(name, "gave no answer");
    return answered;
  }

  const tokenIo: TokenIo = {
    now,
    // What refuses is for the token's source to read: which refusal asks for a person differs.
    send: (request) =>
      send(request, (answer) => {
        const error = errorOfStatus(name, answer, now());
        return error instanceof PermanentError ? undefined : error;
      }),
  };

  const errorOf = (answer: WireAnswer) => connector.errorOf?.(answer) ?? errorOfStatus(name, answer, now());

  /** Signed; a refused token is replaced once. */
  async function signed(request: WireRequest): Promise<WireAnswer> {
    let access = await orLost(() => keeper.current(tokenIo));
    for (let isSecond = false; ; isSecond = true) {
      try {
        return await send(connector.sign(request, access), errorOf);
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
  };
}

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
