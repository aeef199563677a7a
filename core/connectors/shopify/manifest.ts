import type { Manifest } from "../port.ts";
import { POINTS_A_SECOND, REST_CALLS_A_SECOND } from "./constants.ts";

/** What is sold out goes before catalogues. */
const KEPT_FOR_URGENT = 0.2;
/** Buckets hold more than a second's worth: what is spent evens out over this time. */
const WINDOW_S = 10;

export const manifest: Manifest = {
  name: "shopify",
  title: "Shopify",
  capabilities: ["catalogue", "orders", "listings", "prices", "fulfilments"],
  credentials: {
    accessToken: { title: "Admin API access token, of a custom app that has one", optional: true },
    clientId: { title: "Client ID, of an app of the Dev Dashboard", optional: true },
    clientSecret: { title: "Client secret, of an app of the Dev Dashboard", optional: true },
  },
  settings: {
    shop: { title: "Shop: the name before .myshopify.com", pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/ },
    locationId: {
      title: "Location whose quantities are set, where not the primary one",
      optional: true,
      pattern: /^\d{1,20}$/,
    },
    currency: { title: "Currency", optional: true, pattern: /^[A-Z]{3}$/ },
  },
  bases: { api: "https://{shop}.myshopify.com", auth: "https://{shop}.myshopify.com" },
  limits: [
    {
      name: "points",
      limit: POINTS_A_SECOND * WINDOW_S,
      windowMs: WINDOW_S * 1_000,
      window: "sliding",
      scope: "points",
      keptForUrgent: KEPT_FOR_URGENT,
    },
    {
      name: "rest",
      limit: REST_CALLS_A_SECOND * WINDOW_S,
      windowMs: WINDOW_S * 1_000,
      window: "sliding",
      scope: "rest",
    },
  ],
  load: async () => (await import("./connector.ts")).connector,
};
