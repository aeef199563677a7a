import type { Sleep } from "../platform/backoff.ts";
import type { Resources } from "../platform/context.ts";
import { type OutboundError, PermanentError, RateLimitError, TransientError } from "../platform/http/errors.ts";
import { errorOfStatus, wireAnswerOf } from "./answer.ts";
import { basesFor } from "./bases.ts";
import type { Budget, Urgency } from "./budget.ts";
import type { Manifest } from "./port.ts";
import type { TokenIo, WireAnswer, WireRequest } from "./wire.ts";

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;

export interface SenderOptions {
  manifest: Manifest;
  resources: Pick<Resources, "config" | "http" | "log" | "metrics" | "now">;
  account: { id: string; settings: Readonly<Record<string, string>> };
  budget: Budget;
  urgency: Urgency;
  sleep?: Sleep;
  /** For an answer's headers, and as long again for its body, where the request says nothing else. */
  timeoutMs?: number;
}

/** What leaves for a provider, leaves from here. */
export interface Sender {
  /** One request as it is, within the budgets; what `errorOf` finds in the answer is thrown. */
  send: (request: WireRequest, errorOf: (answer: WireAnswer) => OutboundError | undefined) => Promise<WireAnswer>;
  /** For getting tokens. */
  tokenIo: TokenIo;
}

export function createSender({ manifest, resources, account, budget, urgency, ...options }: SenderOptions): Sender {
  const { name } = manifest;
  const { http, now } = resources;
  const bases = basesFor(manifest, account.settings, resources.config);

  const send: Sender["send"] = async (request, errorOf) => {
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
  };

  const tokenIo: TokenIo = {
    now,
    // What refuses is for the token's source to read: which refusal asks for a person differs.
    send: (request) =>
      send(request, (answer) => {
        const error = errorOfStatus(name, answer, now());
        return error instanceof PermanentError ? undefined : error;
      }),
  };

  return { send, tokenIo };
}
