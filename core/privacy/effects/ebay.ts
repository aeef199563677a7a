import * as z from "zod";
import type { EffectHandler } from "../../inbound/index.ts";
import * as Orders from "../../orders/index.ts";
import { parse } from "../../platform/parse.ts";
import { newRequest } from "../requests.ts";

/** https://developer.ebay.com/develop/guides-v2/marketplace-user-account-deletion, read 2026-11-21. */
const DeletionSchema = z.lazy(() =>
  z.object({
    notification: z.object({
      data: z.object({ username: z.string().nullish(), userId: z.string().nullish() }),
    }),
  }),
);

/** A user's account at eBay is gone: their data must go as well. Orders name a buyer by their user name, or by their id. */
const accountDeleted: EffectHandler = async (ctx, { payload }) => {
  const { username, userId } = parse(DeletionSchema, payload).notification.data;
  const names = [...new Set([username, userId].filter((name): name is string => Boolean(name)))];
  const note = "eBay says that a user's account is gone";
  const people = names.map((externalId) => ({ channel: "ebay", externalId }));
  const orders = await Promise.all(people.map((person) => Orders.findBuyerOrders(ctx, person)));
  const known = people.filter((_, index) => (orders[index] ?? []).length > 0);
  // eBay tells every application of every user that goes, thousands a day.
  if (known.length === 0) return { outcome: "ignored", writes: [], note: "Nothing is kept here of that user" };
  const asked = { kind: "erasure", cause: "ebay", evenIfOpen: false, note } as const;
  const made = known.map((person) => newRequest(ctx, asked, person));
  return {
    outcome: "processed",
    writes: made.flatMap(({ writes }) => writes),
    note: `${note}: ${made.map(({ request }) => request.id).join(", ")}`,
  };
};

/** What every application that keeps data of eBay's users must answer. */
export const EBAY_PRIVACY_EFFECTS: Readonly<Record<string, EffectHandler>> = {
  MARKETPLACE_ACCOUNT_DELETION: accountDeleted,
};
