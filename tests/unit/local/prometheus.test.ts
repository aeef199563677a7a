import { expect, test } from "vitest";
import { METRICS } from "../../../core/platform/metrics.ts";
import { createPrometheusMetrics } from "../../../local/prometheus.ts";

test("the registry has every metric of the product under its own name and kind", async () => {
  const text = (await createPrometheusMetrics().text?.())?.body ?? "";
  for (const [name, { kind }] of Object.entries(METRICS)) expect(text).toContain(`# TYPE ${name} ${kind}\n`);
});

test("counts, durations and gauges come out as they went in", async () => {
  const metrics = createPrometheusMetrics();
  metrics.count("products_collected_total", { source: "ownerclan" }, 41);
  metrics.count("products_collected_total", { source: "ownerclan" });
  metrics.observe("order_processing_duration_seconds", { order_type: "standard" }, 0.15);
  metrics.gauge("active_users", {}, 3);
  metrics.flush();
  const text = (await metrics.text?.())?.body ?? "";
  expect(text).toContain('products_collected_total{source="ownerclan"} 42');
  expect(text).toContain('order_processing_duration_seconds_bucket{le="0.1",order_type="standard"} 0');
  expect(text).toContain('order_processing_duration_seconds_bucket{le="0.2",order_type="standard"} 1');
  expect(text).toContain("active_users 3");
});
