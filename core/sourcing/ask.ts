import { BudgetSpentError, type CataloguePage, NotAuthorizedError, type SourceProduct } from "../connectors/index.ts";
import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { AppError, type ErrorCode } from "../platform/errors.ts";
import { CircuitOpenError, OutboundError, RateLimitError, TransientError } from "../platform/http/errors.ts";
import { cleanProduct } from "./clean.ts";
import { type After, LateError, within } from "./deadline.ts";
import type { Origin } from "./offer.ts";
import type { Source } from "./source.ts";

/** Why a source failed, where it is the source's own doing; otherwise it is told by a code of the API's errors. */
export const SOURCE_CODES = [
  "NOT_AUTHORIZED",
  "BUDGET_SPENT",
  "RATE_LIMITED",
  "CIRCUIT_OPEN",
  "UNAVAILABLE",
  "REFUSED",
] as const;

export type SourceCode = (typeof SOURCE_CODES)[number] | ErrorCode;

/** For each source, opening its account included. */
export const SOURCE_MS = 5_000;

/** How old an answer may be. */
export const KEPT_SECONDS = 300;

/** Sources ask for whole pages of their own: the same question with another limit has the same answer. */
const FEW = 50;
const MANY = 100;

export interface Ask {
  query: string;
  currency: string;
  limit: number;
}

/** What a source said, cleaned. */
export interface Found {
  products: SourceProduct[];
  unreadable: { externalId?: string; reasons: string[] }[];
}

/** How it went with one source. */
export interface SourceReport extends Origin {
  status: "ok" | "timedOut" | "failed";
  /** Why it failed, in our words: a provider's own are not to be trusted. */
  code?: SourceCode;
  retryAfterSeconds?: number;
  /** Products that it gave. */
  count: number;
  ms: number;
  /** Whether the answer is one of the last minutes. */
  cached: boolean;
}

export const namespaceOf = (ctx: Context) => `sourcing:${ctx.actor.organizationId}`;

/** All sources at once, each for itself: one that is slow or broken costs the others nothing. */
export async function askSources(
  ctx: Context,
  ask: Ask,
  sources: readonly Source[],
  after: After,
): Promise<{ source: Source; found: Found; report: SourceReport }[]> {
  return Promise.all(
    sources.map(async (source) => {
      const { origin } = source;
      const begun = ctx.now();
      const took = () => Math.max(0, ctx.now() - begun);
      try {
        const { found, cached } = await within(askOne(ctx, ask, source), after(SOURCE_MS));
        counted(ctx, origin, "ok");
        const report = { ...origin, status: "ok" as const, count: found.products.length, ms: took(), cached };
        return { source, found, report };
      } catch (error) {
        const status = error instanceof LateError ? ("timedOut" as const) : ("failed" as const);
        const told = status === "failed" ? { code: codeOf(error), ...waitOf(error) } : {};
        counted(ctx, origin, status);
        ctx.log.warn("A source did not answer a search", { ...origin, status, ...told, error });
        const report = { ...origin, status, ...told, count: 0, ms: took(), cached: false };
        return { source, found: { products: [], unreadable: [] }, report };
      }
    }),
  );
}

/** Kept for each source by itself: an answer that comes too late for this search serves the next one. */
async function askOne(ctx: Context, { query, currency, limit }: Ask, source: Source) {
  const asked = { query, limit: limit > FEW ? MANY : FEW, currency };
  let cached = true;
  const found = await ctx.cache.getOrSet<Found>(
    namespaceOf(ctx),
    answerKey(source, asked),
    async () => {
      cached = false;
      return cleaned(await source.search(asked));
    },
    KEPT_SECONDS,
  );
  return { found, cached };
}

export function answerKey({ origin, version }: Pick<Source, "origin" | "version">, asked: Ask): string {
  return `offers:${contentHash([origin.accountId, version, { ...asked, query: asked.query.toLowerCase() }])}`;
}

async function cleaned({ products, unreadable }: CataloguePage): Promise<Found> {
  return {
    products: await Promise.all(products.map(cleanProduct)),
    unreadable: unreadable.map(({ externalId, reasons }) => ({
      ...(externalId === undefined ? {} : { externalId }),
      reasons,
    })),
  };
}

function counted(ctx: Context, { provider }: Origin, outcome: SourceReport["status"]): void {
  ctx.metrics.count("sourcing_answers_total", { provider, outcome });
}

/** An error as a caller may see it. */
export function codeOf(error: unknown): SourceCode {
  if (error instanceof NotAuthorizedError) return "NOT_AUTHORIZED";
  if (error instanceof BudgetSpentError) return "BUDGET_SPENT";
  if (error instanceof RateLimitError) return "RATE_LIMITED";
  if (error instanceof CircuitOpenError) return "CIRCUIT_OPEN";
  if (error instanceof TransientError) return "UNAVAILABLE";
  // Also an address that must not be called: its code is of a caller's input, and this is none.
  if (error instanceof OutboundError) return "REFUSED";
  return error instanceof AppError ? error.code : "INTERNAL_ERROR";
}

function waitOf(error: unknown): { retryAfterSeconds?: number } {
  const seconds = error instanceof AppError ? error.retryAfterSeconds : undefined;
  return seconds === undefined ? {} : { retryAfterSeconds: seconds };
}
