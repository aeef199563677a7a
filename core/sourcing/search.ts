import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { CurrencySchema } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { currentSettings } from "./configure.ts";
import { after } from "./deadline.ts";
import { searchIn } from "./find.ts";
import { connectedSources } from "./source.ts";
import { type SearchView, viewSearch } from "./view.ts";

export const SourcingSearchSchema = z.lazy(() =>
  z.object({
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe("What is looked for, as one would type it at the source")
      .meta({ examples: ["desk lamp"] }),
    currency: CurrencySchema.optional().describe("What prices are asked for in; the organisation's own where absent"),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    sources: z
      .string()
      .max(2_000)
      .transform((list) => [...new Set(list.split(",").map((name) => name.trim()))].filter((name) => name !== ""))
      .optional()
      .describe("Only these: ids of accounts, or providers, with commas between them"),
    minQuality: z.coerce.number().min(0).max(1).optional().describe("In place of that of the settings"),
  }),
);

/**
 * Asks every connected source at once, waits for none longer than five seconds, and shows what the others have; the
 * report says how it went with each. No provider's word is in an error. Throws ValidationError.
 */
export async function search(ctx: Context, input: unknown): Promise<SearchView> {
  requirePermission(ctx, "suppliers.read");
  const { q, sources: wanted, currency = ctx.actor.currency, limit, minQuality } = parse(SourcingSearchSchema, input);
  const [settings, sources] = await Promise.all([currentSettings(ctx), connectedSources(ctx, wanted)]);
  const ask = { query: q, currency, limit };
  const threshold = minQuality === undefined ? settings : { ...settings, minQuality };
  return viewSearch(await searchIn(ctx, { ask, settings: threshold, sources, after }));
}
