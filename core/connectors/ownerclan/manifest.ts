import type { Manifest } from "../port.ts";

export const manifest: Manifest = {
  name: "ownerclan",
  title: "OwnerClan",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api.ownerclan.com", auth: "https://auth.ownerclan.com" },
  limits: [],
  load: async () => (await import("./connector.ts")).connector,
};
