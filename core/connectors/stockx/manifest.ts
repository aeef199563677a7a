import type { Manifest } from "../port.ts";
import {
  BATCH_ITEMS,
  BATCH_ITEMS_A_DAY,
  BATCH_ITEMS_IN_5_MINUTES,
  CALLS_A_DAY,
  CALLS_A_SECOND,
  CURRENCIES,
  TITLE,
} from "./constants.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const manifest: Manifest = {
  name: "stockx",
  title: TITLE,
  capabilities: ["offers", "orders", "listings", "prices"],
  credentials: {
    clientId: { title: "Client id", pattern: /^[\w-]{1,128}$/ },
    clientSecret: { title: "Client secret" },
    apiKey: { title: "API key" },
    refreshToken: { title: "Refresh token, where one is at hand; otherwise the account is authorized", optional: true },
  },
  settings: {
    currency: {
      title: "Currency of its listings",
      optional: true,
      pattern: new RegExp(`^(?:${[...CURRENCIES].join("|")})$`),
    },
  },
  bases: { api: "https://api.stockx.com", auth: "https://accounts.stockx.com" },
  limits: [
    { name: "calls a day", limit: CALLS_A_DAY, windowMs: DAY_MS, window: "fixed", keptForUrgent: 0.2 },
    { name: "calls a second", limit: CALLS_A_SECOND, windowMs: 1000, window: "sliding", keptForUrgent: 0.2 },
    {
      name: "batch items in 5 minutes",
      limit: BATCH_ITEMS_IN_5_MINUTES,
      windowMs: 5 * MINUTE_MS,
      window: "sliding",
      scope: BATCH_ITEMS,
      keptForUrgent: 0.4,
    },
    {
      name: "batch items a day",
      limit: BATCH_ITEMS_A_DAY,
      windowMs: DAY_MS,
      window: "fixed",
      scope: BATCH_ITEMS,
      keptForUrgent: 0.2,
    },
  ],
  load: async () => (await import("./connector.ts")).connector,
};
