import type { SourceProduct } from "../../core/connectors/index.ts";
import type { Offer, Scored } from "../../core/sourcing/offer.ts";

/** Goods as a connector gives them, complete; a test says what differs. */
export function sourceProduct(changes: Partial<SourceProduct> = {}): SourceProduct {
  const externalId = changes.externalId ?? "1";
  return {
    externalId,
    name: `Demo Desk Lamp Nr ${externalId}`,
    cost: { minor: 1_500, currency: "USD" },
    isAvailable: true,
    categories: ["Lights"],
    images: [`https://images.demo.invalid/${externalId}.jpg`],
    attributes: {},
    options: [],
    restrictions: [],
    url: `https://shop.demo.invalid/${externalId}`,
    ...changes,
  };
}

export function offer(changes: Partial<Offer["product"]> = {}, provider = "demo"): Offer {
  const product = sourceProduct(changes) as Offer["product"];
  return { origin: { accountId: `acc_${provider}`, provider, name: `Demo ${provider}` }, product };
}

export function scored(score: number, changes: Partial<Offer["product"]> = {}, provider = "demo"): Scored {
  return { offer: offer(changes, provider), score, explain: [] };
}
