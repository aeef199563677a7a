/** What we tell others: each event to each endpoint that asks for it, signed, until it has arrived. */
export {
  type AttemptView,
  type DeliveryDetails,
  type DeliveryView,
  getDelivery,
  listDeliveries,
} from "./deliveries.ts";
export { DELIVERY_STATUSES, ListDeliveriesSchema, ReplaySinceSchema, TestSchema } from "./delivery.ts";
export { createDirectories, type Directories } from "./directories.ts";
export {
  BareSchema,
  CreateEndpointSchema,
  DISABLED_REASONS,
  type EndpointView,
  UpdateEndpointSchema,
} from "./endpoint.ts";
export {
  createEndpoint,
  deleteEndpoint,
  type EndpointWithSecret,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from "./endpoints.ts";
export { EVENT_TYPES, type EventType, listEventTypes, TEST_EVENT } from "./event-types.ts";
export { fanOut } from "./fan-out.ts";
export { replayDelivery, replaySince, type ReplayView, testEndpoint } from "./replay.ts";
export { wakeDueWebhooks } from "./sweep.ts";
export { deliver } from "./work.ts";
export { SEALED } from "./secrets.ts";
