import * as z from "zod";
import { PermanentError } from "../../platform/http/errors.ts";
import type { Connection } from "../wire.ts";
import { MAX_PAGE } from "./constants.ts";
import { type Arguments, list } from "./requests.ts";
import { answerOf, PageSchema, type WirePage } from "./wire.ts";

/**
 * So many entries of a page are asked for again with the next one. A page that does not begin with one of them was not
 * the next: the source repeated one or left one out.
 */
const OVERLAP = 3;

export interface ListPage {
  nodes: unknown[];
  nextCursor?: string;
  /** It does not follow the page before, also when it was asked for again; or more follows, and it does not say where. */
  mayMiss?: true;
}

interface Place {
  after?: string;
  /** Of the entries that come again. */
  keys: string[];
}

const PlaceSchema = z.lazy(() => z.object({ after: z.string(), keys: z.array(z.string()) }));

export interface ListAsk {
  field: string;
  args: Arguments;
  fields: string;
  /** What tells one entry from the others. */
  keyOf: (node: unknown) => string | undefined;
  limit?: number;
  cursor?: string | undefined;
}

/** A page of a list that joins the one before it. Throws as `connection.call`. */
export async function listPage(connection: Connection, ask: ListAsk): Promise<ListPage> {
  const place: Place = ask.cursor === undefined ? { keys: [] } : PlaceSchema.parse(JSON.parse(ask.cursor));
  let page = await fetchPage(connection, ask, place);
  let isJoined = joins(page, place, ask.keyOf);
  if (!isJoined) {
    page = await fetchPage(connection, ask, place);
    isJoined = joins(page, place, ask.keyOf);
  }
  const nextCursor = nextPlace(page, ask.keyOf);
  const fresh = page.edges.filter(({ node }) => !isJoined || !place.keys.includes(ask.keyOf(node) ?? ""));
  return {
    nodes: fresh.map(({ node }) => node),
    ...(nextCursor === undefined ? {} : { nextCursor }),
    ...(isJoined && page.pageInfo.hasNextPage === (nextCursor !== undefined) ? {} : { mayMiss: true as const }),
  };
}

async function fetchPage(connection: Connection, ask: ListAsk, { after }: Place): Promise<WirePage> {
  const first = Math.min(ask.limit ?? MAX_PAGE, MAX_PAGE);
  const request = list(ask.field, { first, after, ...ask.args }, ask.fields);
  const { data } = await connection.call(request, answerOf(ask.field, PageSchema));
  const page = data[ask.field];
  if (!page) throw new PermanentError("ownerclan", `answered no ${ask.field}`);
  return page;
}

function joins({ pageInfo, edges }: WirePage, { after, keys }: Place, keyOf: ListAsk["keyOf"]): boolean {
  if (after === undefined) return pageInfo.hasPreviousPage !== true;
  return keys.length === 0 || keys.includes(keyOf(edges[0]?.node) ?? "");
}

function nextPlace({ pageInfo, edges }: WirePage, keyOf: ListAsk["keyOf"]): string | undefined {
  if (!pageInfo.hasNextPage) return undefined;
  const before = edges.at(-1 - OVERLAP)?.cursor;
  const keys = edges.slice(-OVERLAP).map(({ node }) => keyOf(node));
  // Where pages are no longer than what is repeated of them, or say no cursors, there is nothing to join them by.
  const place = before && keys.every((key) => key !== undefined) ? { after: before, keys } : undefined;
  if (place) return JSON.stringify(place);
  return pageInfo.endCursor ? JSON.stringify({ after: pageInfo.endCursor, keys: [] }) : undefined;
}
