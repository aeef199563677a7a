import { connector } from "../../core/connectors/alias/connector.ts";
import { manifest } from "../../core/connectors/alias/manifest.ts";
import {
  ALIAS_DEMO,
  type AliasSandbox,
  type AliasSandboxOptions,
  startAliasSandbox,
} from "../../local/sandbox/alias/server.ts";
import { type SandboxOptions, sandboxConnection } from "./connectors.ts";

const PLENTY = 1_000_000;

/** A stand-in of Alias, and the way to it as the demo seller. */
export async function alias(options: AliasSandboxOptions = {}) {
  const sandbox = await startAliasSandbox({ callsASecond: PLENTY, ...options });
  const connect = (given: SandboxOptions = {}) =>
    sandboxConnection(
      manifest,
      { api: sandbox.url },
      { ...ALIAS_DEMO, ...(options.now ? { now: options.now } : {}), ...given },
    );
  return { sandbox, connect };
}

export const { offers, orders, listings, prices, fulfilments } = connector;

/** How many of the demo seller's listings of a size of an item are shown. */
export const shown = ({ state }: AliasSandbox, catalogId: string, size: number): number =>
  Object.values(state.listings).filter(
    (one) => one.catalog_id === catalogId && one.size === size && one.status === "LISTING_STATUS_ACTIVE",
  ).length;
