import type { Manifest } from "../port.ts";
import { CALLS_A_DAY } from "./constants.ts";

const DAY_MS = 24 * 3_600_000;

export const manifest: Manifest = {
  name: "aliexpress",
  title: "AliExpress affiliate programme",
  capabilities: ["offers", "affiliateLinks"],
  credentials: {
    appKey: { title: "App key", pattern: /^[\w-]{1,64}$/ },
    appSecret: { title: "App secret" },
  },
  settings: {
    trackingId: { title: "Tracking id, to which commissions are counted", optional: true, pattern: /^[\w.-]{1,64}$/ },
    country: { title: "Country that goods are shipped to", optional: true, pattern: /^[A-Z]{2}$/ },
    language: { title: "Language of titles", optional: true, pattern: /^[A-Z]{2}$/ },
  },
  bases: { api: "https://api-sg.aliexpress.com", auth: "https://api-sg.aliexpress.com" },
  // Counted over any 24 hours, since when theirs begin depends on where one asks.
  limits: [{ name: "calls a day", limit: CALLS_A_DAY, windowMs: DAY_MS, window: "sliding" }],
  load: async () => (await import("./connector.ts")).connector,
};
