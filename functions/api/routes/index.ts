import type { Route } from "../route.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { documentationRoutes } from "./documentation.ts";
import { healthRoutes } from "./health.ts";
import { metricsRoutes } from "./metrics.ts";
import { organizationRoutes } from "./organizations.ts";

/** Every route there is: mounted, documented and tested from this one list. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...metricsRoutes,
  ...documentationRoutes,
  ...organizationRoutes,
  ...apiKeyRoutes,
];
