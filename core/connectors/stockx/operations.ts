import { readMoney } from "../../platform/money.ts";
import { type AskState, OFF, ON, statesOfOperations } from "../asks.ts";
import type { Operations } from "../capabilities.ts";
import { TITLE } from "./constants.ts";
import { batchItems, oneListing, priceText } from "./requests.ts";
import { BatchItemsSchema, ListingSchema } from "./wire.ts";

export const operations: Operations = {
  state: (connection, asked) =>
    statesOfOperations(asked, {
      provider: TITLE,
      async statesOf(batch) {
        const { items } = await connection.call(batchItems(batch), BatchItemsSchema);
        return new Map(
          items.map(({ status, error, listingInput }) => [listingInput.listingId, stateOf(status, error)]),
        );
      },
      async isAsWanted(ask, wanted) {
        const { status, amount, currencyCode } = await connection.call(oneListing(ask), ListingSchema);
        if (wanted === ON) return status === "ACTIVE";
        // Sold, deleted or off: it shows nothing.
        if (wanted === OFF) return status !== "ACTIVE";
        const price = readMoney(amount ?? "", currencyCode ?? "");
        return typeof price === "object" && wanted === priceText(price);
      },
      // Asked anew, the asks are read anew: those that were sold meanwhile are no longer among them.
      isWorthRepeating: (wanted) => wanted === ON || wanted === OFF,
    }),
};

function stateOf(status: string, error: string | null | undefined): AskState {
  if (error || /FAIL|ERROR/i.test(status)) return { kind: "failed", message: error || status };
  return { kind: /^(COMPLETED|SUCCEEDED)$/i.test(status) ? "done" : "pending" };
}
