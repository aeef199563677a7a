import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "stockx",
  title: "StockX",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api.stockx.com", auth: "https://accounts.stockx.com" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
