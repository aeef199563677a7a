import * as z from "zod";
import { limitsOf } from "../middleware/rate-limits.ts";
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
    async handle({ limiter, config, actor }) {
      const { usual, organizations, signIn, reset, failures } = limitsOf(config);
      const own = organizations.get(actor.organizationId) ?? usual;
      const policies = [own, signIn, reset, failures].flatMap((limit) => limit.policies);
      const limits = policies.map(({ name, limit, windowMs }) => ({ name, limit, windowSeconds: windowMs / 1000 }));
      return { ...limiter.status(), limits };
    },
  }),
];
