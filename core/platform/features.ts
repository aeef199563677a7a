import { hash } from "node:crypto";
import { type Resources, timestamp } from "./context.ts";
import { AppError } from "./errors.ts";
import { globalPartition, type Key } from "./keys.ts";
import { instanceEventWrite } from "./events.ts";
import type { Item } from "./table.ts";

/** What can be switched off, or be let to some before others, while the system runs. All are on until somebody says otherwise. */
export const FEATURES = {
  enable_user_registration: {
    about: "Whether strangers may make an account and an organisation",
    disabled: "User registration temporarily disabled",
  },
  enable_imports: {
    about: "Whether imports of files are taken; those under way go on",
    disabled: "Imports are temporarily disabled",
  },
  enable_supplier_sync: {
    about: "Whether syncs of suppliers' feeds are taken; those under way go on",
    disabled: "Syncs of suppliers are temporarily disabled",
  },
} as const satisfies Record<string, { about: string; disabled: string }>;

export type Feature = keyof typeof FEATURES;

/** What somebody set: of a hundred subjects how many have it on (0 is off, 100 is on), since when, and by whom. */
export interface Setting {
  percentage: number;
  /** RFC 3339 UTC. */
  updatedAt: string;
  updatedBy: string;
}

export type Settings = Partial<Record<Feature, Setting>>;

type Needs = Pick<Resources, "config" | "table" | "cache">;

/** A change is in effect everywhere after this long, whatever the cache stands on: half of the promised minute. */
const KNOWN_SECONDS = 30;
const NAMESPACE = "features";
/** One item holds all: a process reads it whole, and seldom. */
const KEY: Key = { pk: globalPartition("FEATURES", "all"), sk: "FEATURES" };

/**
 * Is it on? With a subject (an organisation's id) a percentage is of subjects, and each keeps its answer while the
 * percentage rises; without one only 100 is on. Asks the table twice a minute at most, and never for what the
 * configuration switches off.
 */
export async function isEnabled(resources: Needs, feature: Feature, subject?: string): Promise<boolean> {
  const { config, table, cache } = resources;
  if (feature === "enable_user_registration" && !config.features.enable_user_registration) return false;
  const settings = await cache.getOrSet(NAMESPACE, "all", () => readSettings({ table }), KNOWN_SECONDS);
  const percentage = settings[feature]?.percentage ?? 100;
  return subject === undefined ? percentage >= 100 : isOnFor(feature, percentage, subject);
}

/** Throws FEATURE_DISABLED (503) in the feature's own words where it is off. */
export async function requireEnabled(resources: Needs, feature: Feature, subject?: string): Promise<void> {
  if (await isEnabled(resources, feature, subject)) return;
  throw new AppError("FEATURE_DISABLED", FEATURES[feature].disabled, { details: { feature }, retryable: true });
}

/** Places of a feature: fine enough that a percentage of few subjects is not far off. */
const PLACES = 10_000;

/**
 * Whether a feature of this percentage is on for a subject. A subject's place is its own for each feature and never
 * moves, so that who has it at 10 % has it at 50 %; and those who come first differ from feature to feature.
 */
export function isOnFor(feature: string, percentage: number, subject: string): boolean {
  if (percentage <= 0 || percentage >= 100) return percentage >= 100;
  const place = Number.parseInt(hash("sha256", `${feature}\n${subject}`).slice(0, 12), 16) % PLACES;
  return place < (percentage * PLACES) / 100;
}

/** As they stand in the table; what nobody set is not among them. */
export async function readSettings({ table }: Pick<Resources, "table">): Promise<Settings> {
  const item = await table.get<{ settings?: Settings } & Item>(KEY, { consistent: true });
  return item?.settings ?? {};
}

/** For the whole deployment: no tenant's key reaches this, only who runs it. Leaves the others, whoever sets them meanwhile. */
export async function setFeature(
  resources: Pick<Resources, "table" | "cache" | "now" | "newId">,
  feature: Feature,
  { percentage, by }: { percentage: number; by: string },
): Promise<void> {
  if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100)
    throw new RangeError(`A percentage is a whole number from 0 to 100, not ${percentage}`);
  const setting: Setting = { percentage, updatedAt: timestamp(resources), updatedBy: by };
  // A path into a map needs the map to be there.
  await resources.table.update(KEY, {
    expression: "SET settings = if_not_exists(settings, :none), entity = :entity",
    values: { ":none": {}, ":entity": "features" },
  });
  const before = (await readSettings(resources))[feature]?.percentage ?? null;
  const changes = { [feature]: [before, percentage] };
  await resources.table.transact([
    {
      update: KEY,
      set: {
        expression: "SET settings.#name = :setting",
        names: { "#name": feature },
        values: { ":setting": setting },
      },
    },
    instanceEventWrite(resources, by, "feature.changed", { feature, changes }),
  ]);
  await resources.cache.invalidate(NAMESPACE);
}
