import { manifest as alias } from "./alias/manifest.ts";
import { manifest as aliexpress } from "./aliexpress/manifest.ts";
import { manifest as ebay } from "./ebay/manifest.ts";
import { manifest as ownerclan } from "./ownerclan/manifest.ts";
import type { Capability } from "./capabilities.ts";
import type { Manifest } from "./port.ts";
import { manifest as shopify } from "./shopify/manifest.ts";
import { manifest as stockx } from "./stockx/manifest.ts";

/** Every connector there is. A new one is a folder beside these and a line here. */
export const CONNECTORS: readonly Manifest[] = [alias, aliexpress, ebay, ownerclan, shopify, stockx];

const byName = new Map(CONNECTORS.map((manifest) => [manifest.name, manifest]));

export const connectorNamed = (name: string): Manifest | undefined => byName.get(name);

export const connectorsWith = (capability: Capability): Manifest[] =>
  CONNECTORS.filter(({ capabilities }) => capabilities.includes(capability));
