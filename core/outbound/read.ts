import type { Context } from "../platform/context.ts";
import { fromItem } from "../platform/resources.ts";
import { readTogether } from "../platform/reads.ts";
import type { Item } from "../platform/table.ts";
import type { Delivery } from "./delivery.ts";
import { deliveryKey, deliveryOf } from "./delivery.store.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpointKey } from "./endpoint.store.ts";
import { stateKey } from "./state.store.ts";

export interface Receiver {
  endpoint: Endpoint | undefined;
  /** Whether it had nothing but failures lately. */
  isFailing: boolean;
}

/** By their ids, in one call for up to fifty. */
export async function readEndpoints(ctx: Context, ids: readonly string[]): Promise<Map<string, Receiver>> {
  const { organizationId } = ctx.actor;
  const [endpoints, states] = await readTogether(
    ctx,
    { keys: ids.map((id) => endpointKey(organizationId, id)), from: byId },
    { keys: ids.map((id) => stateKey(organizationId, id)), from: byId },
  );
  return new Map(
    ids.map((id) => {
      const endpoint = endpoints.get(id);
      const receiver = {
        endpoint: endpoint && fromItem<Endpoint>(endpoint),
        isFailing: states.get(id)?.["failingSince"] !== undefined,
      };
      return [id, receiver];
    }),
  );
}

export async function readEndpoint(ctx: Context, id: string): Promise<Receiver> {
  return (await readEndpoints(ctx, [id])).get(id) ?? { endpoint: undefined, isFailing: false };
}

/** Those of the ids that exist. */
export async function readDeliveries(ctx: Context, ids: readonly string[]): Promise<Delivery[]> {
  const [deliveries] = await readTogether(ctx, {
    keys: ids.map((id) => deliveryKey(ctx.actor.organizationId, id)),
    from: (items) => items.map(deliveryOf),
  });
  return deliveries;
}

const byId = (items: Item[]) => new Map(items.map((item) => [String(item["sk"]), item]));
