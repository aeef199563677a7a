export type * from "./capabilities.ts";
export type * from "./port.ts";
export { connectorNamed, CONNECTORS, connectorsWith } from "./registry.ts";
export type * from "./wire.ts";
