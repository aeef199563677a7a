export { type AccessKeeper, inMemory, isFresh } from "./access.ts";
export { type Budget, NO_BUDGET, type Take, unitsOf, type Urgency } from "./budget.ts";
export type * from "./capabilities.ts";
export { type ConnectionOptions, createConnection } from "./connection.ts";
export { BudgetSpentError, isTokenRefused, NotAuthorizedError, TokenRefusedError } from "./errors.ts";
export type * from "./port.ts";
export { createSender, type Sender, type SenderOptions } from "./sender.ts";
export { connectorNamed, CONNECTORS, connectorsWith } from "./registry.ts";
export type * from "./wire.ts";
