import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "alias",
  title: "Alias",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api.alias.org", auth: "https://api.alias.org" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
