import { type Effect, type InboundEvent, orderOf } from "../../inbound/index.ts";
import type { Context } from "../../platform/context.ts";
import type { Write } from "../../platform/table.ts";
import { type Json, record } from "../json.ts";
import { isBillingOn, stripeClient } from "../stripe-client.ts";
import { isMissing } from "../stripe-errors.ts";

/** What an event of Stripe's is about. */
export const objectOf = ({ payload }: InboundEvent): Json => record(record(record(payload)["data"])["object"]);

export const ignored = (note: string): Effect => ({ outcome: "ignored", writes: [], note });

/** An organisation may send events of an account of its own here; whom this instance bills, only its own account says. */
export const isOfOwnAccount = ({ sourceId }: InboundEvent): boolean => sourceId === undefined;

/** An object as an event leaves it, and the mark that no older event may overwrite it. */
export interface Latest {
  object: Json;
  write: Write;
}

/**
 * The object as it is after this event; undefined where a newer event of it has been applied already. Of two of one
 * second Stripe's clock does not say which is later: then the object is fetched, and whichever event comes last finds it
 * as it is now.
 */
export async function latestOf(
  ctx: Context,
  event: InboundEvent,
  { id, path }: { id: string; path: string },
): Promise<Latest | undefined> {
  const { verdict, write } = await orderOf(ctx, event, id);
  if (verdict === "older") return undefined;
  const fetched = verdict === "same" ? await fetchedOf(ctx, event, path) : undefined;
  return { object: fetched ?? objectOf(event), write };
}

async function fetchedOf(ctx: Context, event: InboundEvent, path: string): Promise<Json | undefined> {
  return isOfOwnAccount(event) ? fetchObject(ctx, path) : undefined;
}

/** An object as it is at Stripe now; undefined where there is none, or no key to ask with. */
export async function fetchObject(ctx: Context, path: string): Promise<Json | undefined> {
  if (!isBillingOn(ctx)) return undefined;
  try {
    return await stripeClient(ctx).get(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
