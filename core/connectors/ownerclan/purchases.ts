import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import { PermanentError, TransientError } from "../../platform/http/errors.ts";
import type { Outcome, PlacedPurchase, PurchaseAddress, PurchaseOrder, PurchaseTarget } from "../capabilities.ts";
import type { Connection, WireRequest } from "../wire.ts";
import { MAX_ORDER_PAGES, MAX_PAGE } from "./constants.ts";
import { optionId } from "./options.ts";
import { placedOf, quotedOf } from "./orders.ts";
import { listPage } from "./pages.ts";
import { cancel, create, itemsByKeys, ORDER_FIELDS, simulate } from "./requests.ts";
import { answerOf, CancelledSchema, ItemSchema, OrderSchema, OrdersSchema, SimulationSchema } from "./wire.ts";

export const purchases: PurchaseTarget = {
  async quote(connection, order) {
    const input = await inputOf(connection, order);
    return quotedOf(await answered(connection, simulate(input), "simulateCreateOrder", SimulationSchema));
  },

  async place(connection, order) {
    const input = await inputOf(connection, order);
    const orders = await answered(connection, create(input), "createOrder", OrdersSchema);
    return orders.map((one) => placedOf(one, order.lines));
  },

  /**
   * Our number is the order's `note`. The source may search by part of it, so only equal ones count. Throws TransientError
   * where the list is not whole: that none of it is ours would be no proof that there is none.
   */
  async find(connection, { reference, lines }) {
    const placed = new Map<string, PlacedPurchase>();
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await listPage(connection, {
        field: "allOrders",
        args: { note: reference },
        fields: ORDER_FIELDS,
        keyOf: (node) => OrderSchema.safeParse(node).data?.key,
        limit: MAX_PAGE,
        cursor,
      });
      for (const node of page.nodes) {
        // An order that cannot be read might be ours: to say that there is none would order twice.
        const { data, error } = OrderSchema.safeParse(node);
        if (!data) throw new PermanentError("ownerclan", `answered an order it does not document`, { cause: error });
        if (data.note === reference) placed.set(data.key, placedOf(data, lines));
      }
      cursor = page.nextCursor;
      // What lies on a page that was not read might be ours as well.
      const isEndless = cursor !== undefined && (seen.has(cursor) || seen.size >= MAX_ORDER_PAGES);
      if (page.mayMiss || isEndless) throw new TransientError("ownerclan", "its list of orders is not whole");
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined);
    return [...placed.values()];
  },

  async cancel(connection, externalId) {
    const refused = (message: string): Outcome => ({
      id: externalId,
      ok: false,
      transient: false,
      code: "NOT_CANCELLED",
      message,
    });
    try {
      const { status } = await answered(connection, cancel(externalId), "cancelOrder", CancelledSchema);
      return status === "cancelled" ? { id: externalId, ok: true } : refused("It takes the vendor's consent to cancel");
    } catch (error) {
      // One order that cannot be cancelled must not keep the others of a purchase from it.
      if (error instanceof PermanentError && error.upstreamStatus === 200) return refused(error.message);
      throw error;
    }
  },
};

/** Throws PermanentError where nothing was found of what the request names. */
async function answered<T extends z.ZodType>(
  connection: Connection,
  request: WireRequest,
  field: string,
  schema: T,
): Promise<NonNullable<z.output<T>>> {
  const { data } = await connection.call(request, answerOf(field, schema));
  const found = data[field];
  if (found === null || found === undefined) throw new PermanentError("ownerclan", `${field} found nothing`);
  return found;
}

/** What both quoting and ordering take. Options are named by their texts as the source writes them now. */
async function inputOf(connection: Connection, order: PurchaseOrder): Promise<Record<string, unknown>> {
  const { reference, lines, recipient, sender, note, customsCode } = order;
  const chosen = lines.filter((line) => line.optionId !== undefined);
  const attributes = await optionsOf(connection, [...new Set(chosen.map(({ externalId }) => externalId))]);
  return defined({
    sender: sender && { name: sender.name, phoneNumber: sender.phone ?? "", email: sender.email ?? "" },
    recipient: {
      name: recipient.name,
      phoneNumber: recipient.phone ?? "",
      destinationAddress: destinationOf(recipient),
    },
    products: lines.map(({ externalId, optionId: option, quantity }) => ({
      itemKey: externalId,
      quantity,
      optionAttributes: option === undefined ? [] : textsOf(attributes, externalId, option),
    })),
    note: reference,
    ordererNote: note,
    customsClearanceCode: customsCode === undefined ? undefined : { type: "personal", value: customsCode },
  });
}

function destinationOf({ region, city, line1, line2, postalCode }: PurchaseAddress): Record<string, string> {
  const addr1 = [region, city, line1].filter(Boolean).join(" ");
  return { addr1, addr2: line2 ?? "", postalCode: postalCode ?? "" };
}

type OptionTexts = Map<string, Map<string, string[]>>;

async function optionsOf(connection: Connection, keys: string[]): Promise<OptionTexts> {
  if (keys.length === 0) return new Map();
  const found = await answered(connection, itemsByKeys(keys), "itemsByKeys", z.array(z.unknown()));
  const items = found.flatMap((node) => ItemSchema.safeParse(node).data ?? []);
  return new Map(
    items.map(({ key, options }) => [
      key,
      new Map(
        (options ?? []).map((one) => [optionId(one), (one.optionAttributes ?? []).map(({ value }) => value)] as const),
      ),
    ]),
  );
}

function textsOf(options: OptionTexts, item: string, option: string): string[] {
  const texts = options.get(item)?.get(option);
  if (!texts) throw new PermanentError("ownerclan", `the item ${item} has no option ${option} any more`);
  return texts;
}
