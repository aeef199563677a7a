import * as Channels from "../../../core/channels/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import type { ErrorCode } from "../../../core/platform/errors.ts";
import { ExplainedListingAnswer, ListingAnswer } from "../answers/listings.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "listings.write", tag: "Listings" } as const;
const read = { permission: "listings.read", tag: "Listings" } as const;
const errors: ErrorCode[] = ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"];
const changed = { ...write, answer: ListingAnswer, errors };

export const listingRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/listings",
    ...write,
    summary: "List a product on a channel, as a draft",
    description: "A SKU of a channel is listed once, until its listing has ended.",
    body: Listings.CreateListingSchema,
    status: 201,
    answer: ListingAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: {
      body: { productId: "prd_01KAKQ3SJ0E8XQ8V6ZP1M4T7WB", platformType: "shop", platformSku: "MOUSE-001", buffer: 2 },
    },
    handle: (ctx, { body }) => Listings.createListing(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/listings",
    ...read,
    summary: "List listings, newest first",
    description:
      "`update=waiting` finds what cannot reach its channel yet, `update=failed` what was refused. A page may be short while `nextCursor` says there is more to look through.",
    query: Listings.ListListingsSchema,
    answer: pageOf(ListingAnswer),
    handle: (ctx, { query }) => Listings.listListings(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/listings/{id}",
    ...read,
    summary: "Read a listing, with how its quantity comes to be",
    answer: ExplainedListingAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Listings.getListing(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/listings/{id}",
    summary: "Change how much a listing may show, and for how much",
    description:
      "What is left out stays; null removes. With If-Match the change is refused when somebody else was faster.",
    body: Listings.UpdateListingSchema,
    ...changed,
    example: { body: { buffer: 1, maxQuantity: 5 } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Listings.updateListing(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "post",
    path: "/v1/listings/{id}/publish",
    summary: "Publish a draft, or a listing whose channel refused it",
    body: Listings.CommandSchema,
    ...changed,
    handle: (ctx, { params, body, expectedVersion }) =>
      Channels.commandListing(ctx, { id: params.id, command: "publish", expectedVersion, options: body }),
  }),
  route({
    method: "post",
    path: "/v1/listings/{id}/pause",
    summary: "Show none for a while",
    body: Listings.CommandSchema,
    ...changed,
    handle: (ctx, { params, body, expectedVersion }) =>
      Channels.commandListing(ctx, { id: params.id, command: "pause", expectedVersion, options: body }),
  }),
  route({
    method: "post",
    path: "/v1/listings/{id}/resume",
    summary: "Show a paused listing's quantity again",
    body: Listings.CommandSchema,
    ...changed,
    handle: (ctx, { params, body, expectedVersion }) =>
      Channels.commandListing(ctx, { id: params.id, command: "resume", expectedVersion, options: body }),
  }),
  route({
    method: "post",
    path: "/v1/listings/{id}/end",
    summary: "End a listing for good",
    description: "Its SKU may be listed anew when its channel knows that it has ended.",
    body: Listings.CommandSchema,
    ...changed,
    handle: (ctx, { params, body, expectedVersion }) =>
      Channels.commandListing(ctx, { id: params.id, command: "end", expectedVersion, options: body }),
  }),
  route({
    method: "post",
    path: "/v1/listings/{id}/presale",
    summary: "Mark a listing as presale, or take the mark away",
    description:
      "A presale is never published as in stock. The mark ends by itself when its day has come and there is stock.",
    body: Listings.MarkPresaleSchema,
    ...changed,
    example: { body: { availableFrom: "2027-03-01T00:00:00Z", quantity: 10 } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Listings.markPresale(ctx, { id: params.id, expectedVersion, input: body }),
  }),
];
