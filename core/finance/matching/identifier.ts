import * as Catalog from "../../catalog/index.ts";
import type { Context } from "../../platform/context.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import { type Identity, identify } from "./identity.ts";
import { sizeKey } from "./size-key.ts";

/** Says what goods are by the organisation's size table. */
export async function identifier(ctx: Context): Promise<(item: ItemFacts) => Identity> {
  const readSize = await Catalog.sizeReader(ctx);
  return (item) => identify(item, (text) => [...new Set(readSize(text).map(sizeKey))]);
}
