import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "shopify",
  title: "Shopify",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://{shop}.myshopify.com", auth: "https://{shop}.myshopify.com" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
