import { type AskState, OFF, ON, statesOfOperations } from "../asks.ts";
import type { Operations } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { TITLE } from "./constants.ts";
import { batch, batchOperations, oneListing } from "./requests.ts";
import { wordOf } from "./shelves.ts";
import { BatchOperationsSchema, BatchSchema, nextToken, OneListingSchema } from "./wire.ts";

/** Of operations of a batch: 500 a page. */
const MAX_PAGES = 20;

export const operations: Operations = {
  state: (connection, asked) =>
    statesOfOperations(asked, {
      provider: TITLE,
      async statesOf(id) {
        const { status } = await connection.call(batch(id), BatchSchema);
        return status.endsWith("COMPLETED") ? operationsOf(connection, id) : "pending";
      },
      async isAsWanted(ask, wanted) {
        const { listing } = await connection.call(oneListing(ask), OneListingSchema);
        const isActive = wordOf(listing.status) === "ACTIVE";
        if (wanted === ON) return isActive;
        return wanted === OFF ? !isActive : wanted === String(listing.price_cents);
      },
      isWorthRepeating: (wanted) => wanted === ON || wanted === OFF,
    }),
};

async function operationsOf(connection: Connection, id: string): Promise<Map<string, AskState>> {
  const states = new Map<string, AskState>();
  let token: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await connection.call(batchOperations(id, token), BatchOperationsSchema);
    for (const { status, success, errors, ...one } of answer.operations) {
      const about = one.deactivate_listing_request ?? one.activate_listing_request ?? one.update_listing_request;
      if (about?.id) states.set(about.id, stateOf(status, success, errors));
    }
    token = nextToken(answer);
    if (token === undefined) break;
  }
  return states;
}

function stateOf(status: string, success: boolean | null | undefined, errors: string[] | null | undefined): AskState {
  if (status.endsWith("FAILED")) return { kind: "failed", message: errors?.join("; ") || status };
  if (!status.endsWith("COMPLETED")) return { kind: "pending" };
  return success === false ? { kind: "failed", message: errors?.join("; ") || status } : { kind: "done" };
}
