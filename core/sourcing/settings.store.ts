import { resourceStore } from "../platform/resources.ts";
import type { StoredSettings } from "./settings.ts";

/** One an organisation. */
export const SETTINGS_ID = "settings";

export const settingsStore = resourceStore<StoredSettings>("SOURCING_SETTINGS", "Sourcing settings");
