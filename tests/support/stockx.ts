import { connector } from "../../core/connectors/stockx/connector.ts";
import { manifest } from "../../core/connectors/stockx/manifest.ts";
import {
  startStockxSandbox,
  STOCKX_DEMO,
  type StockxSandbox,
  type StockxSandboxOptions,
} from "../../local/sandbox/stockx/server.ts";
import { type SandboxOptions, sandboxConnection } from "./connectors.ts";

const PLENTY = 1_000_000;
/** Tests that are not of its limits call as often as they like. */
export const NO_LIMITS = { aSecond: PLENTY, aDay: PLENTY, itemsIn5Minutes: PLENTY, itemsADay: PLENTY };

/** A stand-in of StockX, and the way to it as the demo seller. */
export async function stockx(options: StockxSandboxOptions = {}) {
  const sandbox = await startStockxSandbox({ limits: NO_LIMITS, ...options });
  const connect = (given: SandboxOptions = {}) =>
    sandboxConnection(
      manifest,
      { api: sandbox.url },
      { ...STOCKX_DEMO, ...(options.now ? { now: options.now } : {}), ...given },
    );
  return { sandbox, connect };
}

export const { offers, orders, listings, prices, tokens } = connector;

/** How many of the demo seller's asks of a variant are shown. */
export const shown = ({ state }: StockxSandbox, variantId: string): number =>
  Object.values(state.listings).filter((one) => one.variantId === variantId && one.status === "ACTIVE").length;
