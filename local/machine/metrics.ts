import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Labels, METRICS, type MetricName, type Metrics } from "../../core/platform/metrics.ts";

/** Seconds. From a cached read to a page of an import. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Metrics as a registry in this process, which `GET /metrics` prints; in the cloud they are CloudWatch's. */
export function createPrometheusMetrics(): Metrics {
  const registry = new Registry();
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const { kind, labels, help } = METRICS[name];
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(options));
    else if (kind === "gauge") gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, buckets: BUCKETS }));
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, labels: Labels, value) => histograms.get(name)?.observe(labels, value),
    gauge: (name, labels, value) => gauges.get(name)?.set(labels, value),
    async text() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    flush: () => undefined,
  };
}
