import type { Manifest } from "../port.ts";
import { DAY_MS, REFRESHES_A_DAY } from "./constants.ts";

export const manifest: Manifest = {
  name: "ebay",
  title: "eBay",
  capabilities: ["orders", "listings", "prices", "fulfilments"],
  credentials: {
    clientId: { title: "App ID (Client ID)" },
    clientSecret: { title: "Cert ID (Client Secret)" },
    refreshToken: { title: "Refresh token, where consent was given on eBay's own pages", optional: true },
  },
  settings: {
    marketplaceId: { title: "Marketplace: EBAY_US, EBAY_DE …", pattern: /^EBAY(?:_[A-Z]{2,6})+$/ },
    language: {
      title: "Content-Language, where not the marketplace's own",
      optional: true,
      pattern: /^[a-z]{2}-[A-Z]{2}$/,
    },
    ruName: { title: "RuName of the redirect, to consent in the browser", optional: true, pattern: /^[\w.-]{1,100}$/ },
    publish: {
      title: "yes: offers that are prepared or ended at eBay are published when there is something to sell",
      optional: true,
      pattern: /^(?:yes|no)$/,
    },
    currency: { title: "Currency", optional: true, pattern: /^[A-Z]{3}$/ },
  },
  bases: { api: "https://api.ebay.com", auth: "https://auth.ebay.com" },
  // How many calls of the Sell APIs it allows is not published; it says so with 429.
  limits: [{ name: "refreshes", limit: REFRESHES_A_DAY, windowMs: DAY_MS, window: "sliding", scope: "refreshes" }],
  load: async () => (await import("./connector.ts")).connector,
};
