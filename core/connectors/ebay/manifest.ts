import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "ebay",
  title: "eBay",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api.ebay.com", auth: "https://api.ebay.com" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
