import * as z from "zod";
import * as Catalog from "../catalog/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, DependencyError, NotFoundError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { CurrencySchema, MoneySchema, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { askSources } from "./ask.ts";
import { offerOf } from "./check.ts";
import { currentSettings } from "./configure.ts";
import { type After, after } from "./deadline.ts";
import type { Offer } from "./offer.ts";
import { connectedSources, type Source } from "./source.ts";

export const CreateDraftSchema = z.lazy(() =>
  z
    .object({
      accountId: IdSchema.describe("Of the result's source"),
      externalId: z.string().min(1).max(200),
      q: z.string().trim().min(1).max(200).describe("What was searched for: the offer is looked up by it anew"),
      currency: CurrencySchema.optional().describe("Of that search; the organisation's own where absent"),
      sku: z.string().min(1).max(100).optional().describe("Made of the provider and its id where absent"),
      price: MoneySchema.optional().describe("To sell it for; calculated where absent"),
    })
    .strict(),
);

/**
 * Makes a draft product of what a search has found. The offer is asked for again, and taken from the last minutes where
 * it is known: what somebody sends is not believed to be what a source offers. Throws NOT_FOUND for an offer that is not
 * there any more, STATE_CONFLICT for one that may not be shown, DEPENDENCY_UNAVAILABLE where its source does not answer,
 * and PRODUCT_SKU_EXISTS.
 */
export async function createDraft(ctx: Context, input: unknown): Promise<Catalog.Product> {
  requirePermission(ctx, "suppliers.read");
  requirePermission(ctx, "catalog.write");
  const data = parse(CreateDraftSchema, input);
  return idempotent<Catalog.Product>(ctx, "sourcing.createDraft", input, async (commit) => {
    const sources = await connectedSources(ctx, undefined);
    const source = sources.find(({ origin }) => origin.accountId === data.accountId);
    if (!source) throw new NotFoundError("Account", data.accountId);
    const offer = await findOffer(ctx, source, data, after);
    const plan = await Catalog.planProduct(ctx, await productOf(ctx, offer, data));
    try {
      const product = await commit(plan.writes, plan.product);
      await plan.written();
      return product;
    } catch (error) {
      throw plan.refusal(error);
    }
  });
}

type Wanted = Pick<z.output<typeof CreateDraftSchema>, "q" | "externalId" | "currency" | "sku" | "price">;

/** As few as a search asks for, then as many: the shorter answer is most likely still there. */
const LIMITS = [20, 100];

export async function findOffer(ctx: Context, source: Source, wanted: Wanted, timer: After): Promise<Offer> {
  const { q: query, externalId, currency = ctx.actor.currency } = wanted;
  for (const limit of LIMITS) {
    const [answer] = await askSources(ctx, { query, currency, limit }, [source], timer);
    if (answer?.report.status !== "ok") {
      const { code = "TIMED_OUT", retryAfterSeconds } = answer?.report ?? {};
      const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      throw new DependencyError(source.origin.provider, `The source did not answer: ${code}`, wait);
    }
    const product = answer.found.products.find((one) => one.externalId === externalId);
    if (!product) continue;
    const offer = offerOf(source.origin, product, await currentSettings(ctx));
    if (typeof offer !== "string") return offer;
    throw new AppError("STATE_CONFLICT", `This offer cannot be taken: ${offer}`, {
      details: { externalId, reason: offer },
    });
  }
  throw new NotFoundError("Offer", externalId);
}

const MAX_NAME = 500;
const MAX_ATTRIBUTE = 2_000;

async function productOf(ctx: Context, { origin, product }: Offer, { sku, price }: Wanted): Promise<unknown> {
  const cost = toWire(product.cost);
  const { recommendedPrice } = await Catalog.previewPrice(ctx, { cost });
  const told = Object.entries(product.attributes).filter(
    ([name, value]) => name.length <= 100 && value.length <= MAX_ATTRIBUTE,
  );
  return defined({
    sku: sku ?? `${origin.provider}-${product.externalId}`.toUpperCase().slice(0, 100),
    name: product.name.slice(0, MAX_NAME),
    description: product.description,
    cost,
    price: price ? toWire(price) : recommendedPrice,
    gtin: product.gtin,
    images: product.images,
    attributes: {
      // The last of a hundred give way to where it is from.
      ...Object.fromEntries(told.slice(0, 95)),
      sourceProvider: origin.provider,
      sourceId: product.externalId,
      ...(product.url !== undefined && product.url.length <= MAX_ATTRIBUTE ? { sourceUrl: product.url } : {}),
    },
  });
}
