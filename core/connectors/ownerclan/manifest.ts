import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "ownerclan",
  title: "OwnerClan",
  capabilities: ["catalogue", "purchases"],
  credentials: {
    username: { title: "Seller id" },
    password: { title: "Password" },
  },
  settings: {},
  bases: { api: "https://api.ownerclan.com", auth: "https://auth.ownerclan.com" },
  // The document of 2020-10-21 allows 1,000 queries of single items a second and says nothing of others: this is ours.
  limits: [{ name: "calls", limit: 20, windowMs: 1_000, window: "sliding", keptForUrgent: 0.25 }],
  load: async () => (await import("./connector.ts")).connector,
};
