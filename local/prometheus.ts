import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { METRICS, type MetricName, type Metrics } from "../core/platform/metrics.ts";

/** From half a millisecond, which a cached read takes, to the 30 s after which everything has timed out. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics in a registry of this process, with their Prometheus text: what one machine has in CloudWatch's place. */
export function createPrometheusMetrics(): Metrics {
  const registry = new Registry();
  const counters = new Map<MetricName, Counter>();
  const histograms = new Map<MetricName, Histogram>();
  const gauges = new Map<MetricName, Gauge>();
  for (const [key, { kind, labels, help }] of Object.entries(METRICS)) {
    const name = key as MetricName;
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(common));
    else if (kind === "histogram") histograms.set(name, new Histogram({ ...common, buckets: BUCKETS }));
    else gauges.set(name, new Gauge(common));
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    gauge: (name, labels, value) => gauges.get(name)?.set(labels, value),
    async text() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    flush() {},
  };
}
