import { CONNECTORS, type Field } from "../connectors/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";

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
  return {
    items: CONNECTORS.map(({ name, title, capabilities, credentials, settings, consent = false, limits }) => ({
      name,
      title,
      capabilities: [...capabilities],
      credentials: fieldsOf(credentials),
      settings: fieldsOf(settings),
      needsConsent: consent,
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
