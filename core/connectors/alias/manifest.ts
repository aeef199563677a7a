import type { Manifest } from "../port.ts";
import { CALLS_A_SECOND, TITLE } from "./constants.ts";

export const manifest: Manifest = {
  name: "alias",
  title: TITLE,
  capabilities: ["offers", "orders", "listings", "prices", "fulfilments"],
  credentials: { accessToken: { title: "Personal access token, with the scopes of listings and orders" } },
  settings: {
    regionId: { title: "Region of market prices: 1 to 6; all where absent", optional: true, pattern: /^[1-6]$/ },
  },
  bases: { api: "https://api.alias.org", auth: "https://api.alias.org" },
  limits: [{ name: "calls a second", limit: CALLS_A_SECOND, windowMs: 1000, window: "sliding", keptForUrgent: 0.2 }],
  load: async () => (await import("./connector.ts")).connector,
};
