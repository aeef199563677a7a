import type { Context } from "../../platform/context.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Read } from "../../platform/reads.ts";
import { resourceStore } from "../../platform/resources.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { StockPlace } from "../stock.ts";
import type { Days } from "./demand.ts";
import type { ReorderRule } from "./rule.ts";

/** By product, then location: a rule's id is its stock item's. */
export const rules = resourceStore<ReorderRule>("REORDER_RULE", "Reorder rule");

export const ruleId = ({ productId, locationId }: StockPlace) => `${productId}#${locationId}`;

export function removeRuleWrite(ctx: Context, { id, version }: ReorderRule): Write {
  const condition = {
    expression: "#version = :version",
    names: { "#version": "version" },
    values: { ":version": version },
  };
  return { remove: rules.key(ctx, id), condition };
}

/** What has been counted of a product's ledger so far: each entry once, at most a day late. */
export interface CountedDemand extends StockPlace {
  days: Days;
  /** The last ledger entry that was counted. */
  after: string;
  /** Everything before this day has been counted. */
  before: string;
}

function demandKey(ctx: Context, place: StockPlace): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "DEMAND"), sk: ruleId(place) };
}

export function demandRead(ctx: Context, places: readonly StockPlace[]): Read<Map<string, CountedDemand>> {
  return {
    keys: places.map((place) => demandKey(ctx, place)),
    from: (items) => new Map(items.map((item) => [String(item["sk"]), demandOfItem(item)])),
  };
}

/**
 * COUNTED_FROM_THERE: two requests count the same stretch of the ledger. The first moves on `after`; the second's
 * condition no longer holds, and what it counted is what the first one wrote.
 */
export function demandWrite(ctx: Context, demand: CountedDemand, from: string | undefined): Write {
  return {
    put: { ...demand, ...demandKey(ctx, demand), entity: "demand" },
    condition:
      from === undefined
        ? { expression: "attribute_not_exists(pk)" }
        : { expression: "#after = :from", names: { "#after": "after" }, values: { ":from": from } },
  };
}

function demandOfItem(item: Item): CountedDemand {
  const { pk: _pk, sk: _sk, entity: _entity, ...demand } = item;
  return demand as unknown as CountedDemand;
}
