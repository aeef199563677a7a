import * as z from "zod";
import { limitStatus } from "../limit-status.ts";
import { type Route, route } from "../route.ts";

const LimitsAnswer = z.lazy(() =>
  z
    .object({
      store: z
        .enum(["redis", "process"])
        .describe("Where requests are counted: by all processes, or by each for itself"),
      isDegraded: z.boolean().describe("Redis is configured and does not answer"),
      limits: z.array(z.object({ name: z.string(), limit: z.int(), windowSeconds: z.int() })),
    })
    .meta({ id: "RateLimits" }),
);

export const monitoringRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/monitoring/limits",
    permission: "monitoring.read",
    tag: "Operations",
    summary: "See how often you may ask, and where that is counted",
    description: "How much of it is left says the RateLimit header of this answer, as of every other.",
    answer: LimitsAnswer,
    handle: (ctx) => limitStatus(ctx),
  }),
];
