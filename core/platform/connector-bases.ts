export interface Bases {
  api?: string;
  auth?: string;
}

/** `STOCKX_API_BASE`, `STOCKX_AUTH_BASE`; Stripe is no connector and has a name of its own. */
const NAME = /^(?!STRIPE_)([A-Z][A-Z0-9]*)_(API|AUTH)_BASE$/;

/** By connector. Production sends credentials over https only. */
export function readConnectorBases(env: Record<string, string | undefined>): {
  bases: ReadonlyMap<string, Bases>;
  faults: string[];
} {
  const bases = new Map<string, Bases>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    const [, connector, kind] = NAME.exec(name) ?? [];
    if (connector === undefined || !value) continue;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol !== "https:" && url?.protocol !== "http:") faults.push(`${name} must be the URL of an API`);
    else if (url.protocol === "http:" && env["ENVIRONMENT"] === "production")
      faults.push(`${name} must be https in production`);
    else {
      const key = connector.toLowerCase();
      bases.set(key, { ...bases.get(key), [kind === "API" ? "api" : "auth"]: value.replace(/\/+$/, "") });
    }
  }
  return { bases, faults };
}
