import * as Inventory from "../../../core/inventory/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { ReservationAnswer, TransferAnswer } from "../answers/inventory.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "inventory.read", tag: "Inventory" } as const;
const adjust = { permission: "inventory.adjust", tag: "Inventory" } as const;
const PRODUCT = "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV";
const LOCATION = "loc_01J9Z3NDEKTSV4RRFFQ69G5FAV";

/** What moves between locations, and what is held for a while. */
export const stockMoveRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/inventory/transfers",
    ...adjust,
    summary: "Move units to another location",
    description:
      "All lines or none. What expires first leaves first, and arrives as the same lots with their dates and costs. Goods that are long on their way go through a location of their own that sells no orders: one transfer to it, one from it.",
    body: Inventory.CreateTransferSchema,
    status: 201,
    answer: TransferAnswer,
    errors: ["NOT_FOUND", "INSUFFICIENT_STOCK", "STATE_CONFLICT"],
    example: { body: { fromLocationId: "loc_main", toLocationId: LOCATION, productId: PRODUCT, quantity: 5 } },
    handle: async (ctx, { body }) => Inventory.viewTransfer(await Inventory.createTransfer(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/transfers",
    ...read,
    summary: "List transfers, newest first",
    query: PageSchema,
    answer: pageOf(TransferAnswer),
    handle: async (ctx, { query }) => Inventory.viewTransferPage(await Inventory.listTransfers(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/transfers/{id}",
    ...read,
    summary: "Read a transfer",
    answer: TransferAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Inventory.viewTransfer(await Inventory.getTransfer(ctx, params.id)),
  }),
  route({
    method: "post",
    path: "/v1/inventory/reservations",
    ...adjust,
    summary: "Hold units for a while",
    description:
      "All lines or none; lines of one product and location are summed before they are checked. Without an end it is held for 15 minutes. When its time comes the units are given back, once.",
    body: Inventory.CreateReservationSchema,
    status: 201,
    answer: ReservationAnswer,
    errors: ["NOT_FOUND", "INSUFFICIENT_STOCK"],
    example: { body: { lines: [{ productId: PRODUCT, quantity: 2 }], expiresInSeconds: 900, reference: "cart 17" } },
    handle: async (ctx, { body }) => Inventory.viewReservation(await Inventory.createReservation(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/reservations",
    ...read,
    summary: "List reservations, newest first",
    query: PageSchema,
    answer: pageOf(ReservationAnswer),
    handle: async (ctx, { query }) => Inventory.viewReservationPage(await Inventory.listReservations(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/reservations/{id}",
    ...read,
    summary: "Read a reservation",
    answer: ReservationAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Inventory.viewReservation(await Inventory.getReservation(ctx, params.id)),
  }),
  route({
    method: "post",
    path: "/v1/inventory/reservations/{id}/release",
    ...adjust,
    summary: "Give a reservation's units back",
    body: Inventory.ReleaseReservationSchema,
    answer: ReservationAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    handle: async (ctx, { params, body, expectedVersion }) => {
      const change = { id: params.id, expectedVersion, input: body };
      return Inventory.viewReservation(await Inventory.releaseReservation(ctx, change));
    },
  }),
  route({
    method: "post",
    path: "/v1/inventory/reservations/{id}/extend",
    ...adjust,
    summary: "Move the end of a reservation",
    body: Inventory.ExtendReservationSchema,
    answer: ReservationAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { expiresInSeconds: 3600 } },
    handle: async (ctx, { params, body, expectedVersion }) => {
      const change = { id: params.id, expectedVersion, input: body };
      return Inventory.viewReservation(await Inventory.extendReservation(ctx, change));
    },
  }),
];
