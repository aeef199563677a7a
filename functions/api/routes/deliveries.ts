import * as Inventory from "../../../core/inventory/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { DeliveryAnswer } from "../answers/reorder.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "inventory.read", tag: "Reordering" } as const;
const adjust = { permission: "inventory.adjust", tag: "Reordering", answer: DeliveryAnswer } as const;

/** Units that were ordered and have not come yet. */
export const deliveryRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/inventory/expected",
    ...adjust,
    summary: "Note units that were ordered, so that they are not ordered again",
    body: Inventory.CreateDeliverySchema,
    status: 201,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: {
      body: {
        productId: "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV",
        quantity: 48,
        expectedAt: "2026-12-05",
        reference: "PO-2026-118",
      },
    },
    async handle(ctx, { body }) {
      await Suppliers.requireNamedSupplier(ctx, body);
      return Inventory.expectDelivery(ctx, body);
    },
  }),
  route({
    method: "get",
    path: "/v1/inventory/expected",
    ...read,
    summary: "List expected deliveries, newest first",
    query: PageSchema,
    answer: pageOf(DeliveryAnswer),
    handle: (ctx, { query }) => Inventory.listDeliveries(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/inventory/expected/{id}",
    ...read,
    summary: "Read an expected delivery, and what has come of it",
    answer: DeliveryAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inventory.getDelivery(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/inventory/expected/{id}/receive",
    ...adjust,
    summary: "Receive units of a delivery into stock, as a lot",
    body: Inventory.ReceiveDeliverySchema,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { quantity: 24, unitCost: { amount: "4.10", currency: "USD" }, lotNumber: "A-77" } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Inventory.receiveDelivery(ctx, { id: params.id, expectedVersion, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/inventory/expected/{id}/cancel",
    ...adjust,
    summary: "Expect nothing more of a delivery",
    body: Inventory.CancelDeliverySchema,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: {} },
    handle: (ctx, { params, body, expectedVersion }) =>
      Inventory.cancelDelivery(ctx, { id: params.id, expectedVersion, input: body }),
  }),
];
