import type { EffectRegistry } from "../core/inbound/index.ts";

/** What the events of each provider come to. Nouns give their effects here; what nobody gives is recorded as ignored. */
export const WEBHOOK_EFFECTS: EffectRegistry = {
  stripe: async () => (await import("../core/billing/index.ts")).STRIPE_EFFECTS,
  shopify: async () => ({ handlers: (await import("../core/privacy/index.ts")).SHOPIFY_PRIVACY_EFFECTS }),
  ebay: async () => ({ handlers: (await import("../core/privacy/index.ts")).EBAY_PRIVACY_EFFECTS }),
};
