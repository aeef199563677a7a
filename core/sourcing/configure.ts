import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type SourcingSettings, SourcingSettingsSchema, type StoredSettings } from "./settings.ts";
import { SETTINGS_ID, settingsStore } from "./settings.store.ts";

/** With a version once somebody has set them. */
export type SettingsView = SourcingSettings & Partial<Pick<StoredSettings, "version" | "updatedAt">>;

/** What holds for the organisation's searches: its own, or those that hold where nobody has set any. */
export async function currentSettings(ctx: Context): Promise<SettingsView> {
  const stored = await settingsStore.find(ctx, SETTINGS_ID);
  return stored ? viewSettings(stored) : SourcingSettingsSchema.parse({});
}

export async function getSettings(ctx: Context): Promise<SettingsView> {
  requirePermission(ctx, "suppliers.read");
  return currentSettings(ctx);
}

/** Sets all of them: what is left out gets its first value again. Throws VERSION_CONFLICT. */
export async function putSettings(
  ctx: Context,
  { expectedVersion, input }: { expectedVersion?: number | undefined; input: unknown },
): Promise<SettingsView> {
  requirePermission(ctx, "suppliers.write");
  const settings = parse(SourcingSettingsSchema, input);
  const stored = await settingsStore.find(ctx, SETTINGS_ID);
  const at = timestamp(ctx);
  const current: StoredSettings = stored ?? { ...settings, id: SETTINGS_ID, version: 0, createdAt: at, updatedAt: at };
  const revised = revise(ctx, "Sourcing settings", current, settings, expectedVersion);
  try {
    await ctx.table.transact([
      stored ? settingsStore.replaceWrite(ctx, revised) : settingsStore.createWrite(ctx, revised),
    ]);
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Sourcing settings", SETTINGS_ID, current.version)
      : error;
  }
  return viewSettings(revised);
}

function viewSettings({ id: _id, createdAt: _createdAt, ...settings }: StoredSettings): SettingsView {
  return settings;
}
