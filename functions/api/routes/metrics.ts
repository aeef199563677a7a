import { AppError } from "../../../core/platform/errors.ts";
import { send } from "../respond.ts";
import { type Route, route } from "../route.ts";

export const metricsRoutes: Route[] = [
  route({
    method: "get",
    path: "/metrics",
    permission: "public",
    limit: "none",
    tag: "Operations",
    summary: "Read this process's metrics as Prometheus text",
    description:
      "Where a process keeps a registry: on one machine. In Lambda metrics go to CloudWatch and this is a 404.",
    errors: ["NOT_FOUND"],
    async respond({ metrics }, c) {
      const text = await metrics.text?.();
      if (!text) throw new AppError("NOT_FOUND", "Metrics of this deployment are in CloudWatch");
      return send(c, metrics, { status: 200, ...text, headers: { "cache-control": "no-store" } });
    },
  }),
];
