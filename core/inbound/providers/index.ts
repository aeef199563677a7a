import type { Provider } from "../effects.ts";
import type { ProviderAdapter } from "./adapter.ts";
import { ebay } from "./ebay.ts";
import { generic } from "./generic.ts";
import { shopify } from "./shopify.ts";
import { stripe } from "./stripe.ts";

export const ADAPTERS: Readonly<Record<Provider, ProviderAdapter>> = { stripe, shopify, ebay, generic };
