import type { OfferSource, SourceProduct, Unreadable } from "../capabilities.ts";
import { productMeant } from "../meant.ts";
import { productOf, withAvailabilities } from "./map.ts";
import { availabilities, searchCatalog } from "./requests.ts";
import { AvailabilitiesSchema, CatalogSchema } from "./wire.ts";

/** One page of the catalogue, and what its sizes cost of the product that was meant: prices are another call each. */
export const offers: OfferSource = {
  async search(connection, { query, limit }) {
    const page = await connection.call(searchCatalog(query, limit), CatalogSchema);
    const products = new Map<string, SourceProduct>();
    const unreadable: Unreadable[] = [];
    for (const original of page.catalog_items) {
      const read = productOf(original);
      if ("reasons" in read) unreadable.push(read);
      else products.set(read.externalId, read);
    }
    const meant = productMeant([...products.values()], query);
    if (meant) {
      const request = availabilities(meant.externalId, connection.settings["regionId"]);
      const { variants } = await connection.call(request, AvailabilitiesSchema);
      products.set(meant.externalId, withAvailabilities(meant, variants));
    }
    return { products: [...products.values()].slice(0, limit), unreadable };
  },
};
