import { demoCatalogue as aliasCatalogue } from "./alias/catalogue.ts";
import { ALIAS_DEMO, startAliasSandbox } from "./alias/server.ts";
import { ALIEXPRESS_DEMO, startAliexpressSandbox } from "./aliexpress/server.ts";
import { EBAY_DEMO, startEbaySandbox } from "./ebay/server.ts";
import { startOwnerclanSandbox } from "./ownerclan/server.ts";
import type { Provider } from "./provider/server.ts";
import { SHOPIFY_DEMO, startShopifySandbox } from "./shopify/server.ts";
import { demoCatalogue as stockxCatalogue } from "./stockx/catalogue.ts";
import { STOCKX_DEMO, startStockxSandbox } from "./stockx/server.ts";

/** How a stand-in is started, and what the demo organisation signs in to it with. */
export interface StandIn {
  /** The connector's name. */
  name: string;
  start(options: { port: number; saved: unknown; save: (saved: unknown) => void }): Promise<Provider>;
  account: { credentials: Record<string, string>; settings: Record<string, string> };
  /** What the demo's own goods are listed as: one and the same pair of shoes in two sizes, on every channel. */
  goods?: readonly [string, string];
}

/** What was saved is read back by whoever wrote it; another version's is not there. */
const kept = <T>(saved: unknown) => (saved === undefined ? {} : { saved: saved as T });

const OWNERCLAN = { username: "demo-seller", password: "demo-password" };
const OWNERCLAN_ITEMS = 240;
/** Some goods sell out, come back and change their price, so that a delta has something to bring. */
const OWNERCLAN_DRIFT = { everyMs: 5 * 60_000, items: 3 };

const pair = ([first = "", second = ""]: readonly string[] = []): [string, string] => [first, second];

export const STAND_INS: readonly StandIn[] = [
  {
    name: "ownerclan",
    start: ({ saved, ...options }) =>
      startOwnerclanSandbox({
        ...options,
        ...OWNERCLAN,
        size: OWNERCLAN_ITEMS,
        drift: OWNERCLAN_DRIFT,
        ...kept(saved),
      }),
    account: { credentials: OWNERCLAN, settings: {} },
  },
  { name: "aliexpress", start: ({ port }) => startAliexpressSandbox({ port }), account: ALIEXPRESS_DEMO },
  {
    name: "stockx",
    start: ({ saved, ...options }) => startStockxSandbox({ ...options, ...kept(saved) }),
    account: STOCKX_DEMO,
    goods: pair(stockxCatalogue()[0]?.variants.map(({ variantId }) => variantId)),
  },
  {
    name: "ebay",
    start: ({ saved, ...options }) => startEbaySandbox({ ...options, ...kept(saved) }),
    account: EBAY_DEMO,
    goods: ["DEMO-EBAY-0001", "DEMO-EBAY-0002"],
  },
  {
    name: "alias",
    start: ({ saved, ...options }) => startAliasSandbox({ ...options, ...kept(saved) }),
    account: ALIAS_DEMO,
    goods: pair(aliasCatalogue()[0]?.sizes.map((size) => `${aliasCatalogue()[0]?.catalogId}/${size}`)),
  },
  {
    name: "shopify",
    start: ({ saved, ...options }) => startShopifySandbox({ ...options, ...kept(saved) }),
    account: SHOPIFY_DEMO,
    goods: ["DEMO-SHOP-0001", "DEMO-SHOP-0002"],
  },
];
