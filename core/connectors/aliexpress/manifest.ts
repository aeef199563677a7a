import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "aliexpress",
  title: "AliExpress",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api-sg.aliexpress.com", auth: "https://api-sg.aliexpress.com" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
