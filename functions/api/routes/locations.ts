import * as Inventory from "../../../core/inventory/index.ts";
import { LocationAnswer, LocationsAnswer } from "../answers/inventory.ts";
import { type Route, route } from "../route.ts";

const tag = "Inventory";

export const locationRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/locations",
    permission: "inventory.adjust",
    tag,
    summary: "Add a location where stock can be",
    description: "The main location, `loc_main`, is there from the start.",
    body: Inventory.CreateLocationSchema,
    status: 201,
    answer: LocationAnswer,
    errors: ["STATE_CONFLICT"],
    example: { body: { name: "Back room", code: "BACK", sellsOrders: true, priority: 50 } },
    handle: (ctx, { body }) => Inventory.createLocation(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/locations",
    permission: "inventory.read",
    tag,
    summary: "List all locations, in the order in which orders try them",
    answer: LocationsAnswer,
    handle: (ctx) => Inventory.listLocations(ctx),
  }),
  route({
    method: "get",
    path: "/v1/locations/{id}",
    permission: "inventory.read",
    tag,
    summary: "Read a location",
    answer: LocationAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inventory.getLocation(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/locations/{id}",
    permission: "inventory.adjust",
    tag,
    summary: "Change a location",
    description: "What is left out stays. With If-Match the change is refused when somebody else was faster.",
    body: Inventory.UpdateLocationSchema,
    answer: LocationAnswer,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    example: { body: { sellsOrders: false } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Inventory.updateLocation(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
];
