import type { Answer, Call } from "../harness.ts";
import { type Document, type Operation, pathOf, readDocument } from "./document.ts";
import { type Good, goodRequest } from "./good-requests.ts";
import { aShop, type Shop } from "./makers.ts";

/** An operation with a request that would succeed: each attack spoils one thing of it. */
export interface Target {
  operation: Operation;
  good: Good;
}

export interface Prepared {
  shop: Shop;
  document: Document;
  targets: Target[];
  /** Asks the target as it is, but for what `change` says. */
  ask: <T = Record<string, unknown>>(target: Target, change?: Change) => Promise<Answer<T>>;
}

type Change = Omit<Good, "person"> & Omit<Call, "body">;

/** A shop and, for every operation of the document, its good request; none has been sent yet. */
export async function prepareAll(): Promise<Prepared> {
  const shop = await aShop();
  const document = await readDocument(shop);
  const targets: Target[] = [];
  for (const operation of document.operations) targets.push({ operation, good: await goodRequest(shop, operation) });
  return {
    shop,
    document,
    targets,
    ask<T>(target: Target, { shop: given, params, query, body, ...call }: Change = {}) {
      const { good, operation } = target;
      const asking = given ?? good.shop ?? shop;
      const path = pathOf(operation, { params: params ?? good.params ?? {}, query: query ?? good.query ?? {} });
      const sent = call.raw === undefined ? (body ?? good.body) : undefined;
      const whole = { ...call, ...(sent === undefined ? {} : { body: sent }) };
      // Who comes with a key, or says that they come without, is not the person.
      const isPerson = operation.permission === "user" && call.secret === undefined && given === undefined;
      return isPerson && good.person
        ? good.person.request<T>(operation.method, path, whole)
        : asking.request<T>(operation.method, path, whole);
    },
  };
}
