import { MetricUnit, Metrics as Powertools } from "@aws-lambda-powertools/metrics";
import { type Labels, METRICS, type MetricName, type Metrics } from "./metrics.ts";

/** A gauge of one process says little to CloudWatch: one sample a minute is enough, and each is a log line to pay for. */
const GAUGE_EVERY_MS = 60_000;

interface Group {
  labels: Labels;
  counts: Map<MetricName, number>;
  observed: Map<MetricName, number[]>;
}

/**
 * Metrics as embedded metric format: lines on standard output that CloudWatch reads as metrics, so that no request waits
 * for one to be sent. Kept until `flush`, one line for each set of labels.
 */
export function createEmfMetrics(options: { service: string; now?: () => number }): Metrics {
  const powertools = new Powertools({ namespace: "Stockwright", serviceName: options.service });
  const now = options.now ?? Date.now;
  const gauged = new Map<MetricName, number>();
  let groups = new Map<string, Group>();

  function groupOf(labels: Labels): Group {
    const id = JSON.stringify(labels);
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { labels, counts: new Map(), observed: new Map() }));
    return group;
  }

  return {
    count(name, labels, by = 1) {
      const { counts } = groupOf(labels);
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    observe(name, labels, value) {
      const { observed } = groupOf(labels);
      const values = observed.get(name);
      if (values) values.push(value);
      else observed.set(name, [value]);
    },
    gauge(name, labels, value) {
      if (now() - (gauged.get(name) ?? -Infinity) < GAUGE_EVERY_MS) return;
      gauged.set(name, now());
      groupOf(labels).observed.set(name, [value]);
    },
    flush() {
      const pending = groups;
      groups = new Map();
      for (const { labels, counts, observed } of pending.values()) {
        if (Object.keys(labels).length > 0) powertools.addDimensions(labels);
        for (const [name, value] of counts) powertools.addMetric(name, MetricUnit.Count, value);
        for (const [name, values] of observed)
          for (const value of values) powertools.addMetric(name, unitOf(name), value);
        powertools.publishStoredMetrics();
      }
    },
  };
}

function unitOf(name: MetricName) {
  return METRICS[name].kind === "histogram" ? MetricUnit.Seconds : MetricUnit.Count;
}
