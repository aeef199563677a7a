import { CONNECTORS, type Field } from "../connectors/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { needsConsent } from "./account.ts";

const fieldsOf = (fields: Readonly<Record<string, Field>>) =>
  Object.entries(fields).map(([name, { title, optional = false, pattern }]) => ({
    name,
    title,
    isRequired: !optional,
    ...(pattern ? { pattern: pattern.source } : {}),
  }));

/** Whom accounts can be connected to, what each can do, and what it asks for. */
export async function listConnectors(ctx: Context) {
  requirePermission(ctx, "accounts.read");
  const consents = await Promise.all(CONNECTORS.map((manifest) => needsConsent(manifest, {})));
  return {
    items: CONNECTORS.map(({ name, title, capabilities, credentials, settings, limits }, index) => ({
      name,
      title,
      capabilities: [...capabilities],
      credentials: fieldsOf(credentials),
      settings: fieldsOf(settings),
      needsConsent: consents[index] ?? false,
      limits: limits.map((limit) => ({
        name: limit.name,
        ...(limit.scope === undefined ? {} : { scope: limit.scope }),
        limit: limit.limit,
        windowSeconds: limit.windowMs / 1_000,
        window: limit.window,
      })),
    })),
  };
}
