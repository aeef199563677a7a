import type { Context } from "../platform/context.ts";
import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { Item } from "../platform/table.ts";
import type { Order } from "./order.ts";

/**
 * What of an order is about its buyer, or may be: whoever sends orders writes what they like into notes and metadata. The
 * store keeps each as a sealed text, and nothing of it in clear.
 */
export const PERSONAL_FIELDS = ["customer", "shippingAddress", "notes", "metadata"] as const;

type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** Whose order it is, and what it is sealed with. */
export interface Owner {
  config: Context["config"];
  actor: Pick<Context["actor"], "organizationId">;
}

/** Bound to organisation, order and field: a sealed text that is copied elsewhere opens to nobody. */
const about = (organizationId: string, id: string, field: string) => `${organizationId} ${id} ${field}`;

const aboutOf = ({ actor }: Owner, id: string, field: PersonalField) => about(actor.organizationId, id, field);

/** What orders keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  order: (item) =>
    Object.keys(item["sealed"] ?? {}).map((field) => ({
      path: ["sealed", field],
      about: about(ownerOf(item), String(item["sk"]), field),
    })),
};

/** The order as it may be stored: what is about its buyer in `sealed`, by field. */
export function sealPerson(ctx: Owner, order: Order): Item {
  const sealed: Partial<Record<PersonalField, string>> = {};
  const item: Item = { ...order };
  for (const field of PERSONAL_FIELDS) {
    const value = order[field];
    delete item[field];
    if (value !== undefined) sealed[field] = seal(ctx.config, aboutOf(ctx, order.id, field), JSON.stringify(value));
  }
  if (Object.keys(sealed).length > 0) item["sealed"] = sealed;
  return item;
}

/** The order of a stored one. What was stored in clear, before there were sealed fields, stays as it is. */
export function openPerson(ctx: Owner, { sealed, ...item }: Item): Order {
  const order = item as unknown as Order;
  for (const [name, text] of Object.entries((sealed ?? {}) as Record<PersonalField, string>)) {
    const field = name as PersonalField;
    // JSON of what the order's own schema had parsed when it was sealed, and that nobody else can have sealed.
    Object.assign(order, { [field]: JSON.parse(unseal(ctx.config, aboutOf(ctx, order.id, field), text)) as unknown });
  }
  return order;
}
