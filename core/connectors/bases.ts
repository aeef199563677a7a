import type { Config } from "../platform/config.ts";
import type { Manifest } from "./port.ts";
import type { Base } from "./wire.ts";

/** What may stand in a host's name for a setting: whatever the manifest allows, it can name no other host. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Where an account's provider is reached, without a slash at the end. Throws Error for a setting that is no part of a host. */
export function basesFor(
  { name, bases }: Manifest,
  settings: Readonly<Record<string, string>>,
  { connectorBases }: Pick<Config, "connectorBases">,
): Record<Base, string> {
  const instead = connectorBases.get(name);
  // One address for both in the real world is one in its stead, too: no password may go to the real one by oversight.
  const auth = instead?.auth ?? (bases.auth === bases.api ? instead?.api : undefined);
  return {
    api: instead?.api ?? expand(name, bases.api, settings),
    auth: auth ?? expand(name, bases.auth, settings),
  };
}

function expand(connector: string, base: string, settings: Readonly<Record<string, string>>): string {
  return base.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = settings[name] ?? "";
    if (!LABEL.test(value)) throw new Error(`The setting ${name} of ${connector} is no part of a host's name`);
    return value;
  });
}
