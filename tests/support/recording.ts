import type { Fields, Log } from "../../core/platform/log.ts";
import type { Labels, MetricName, Metrics } from "../../core/platform/metrics.ts";

export interface Line {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields: Fields;
}

/** A log that keeps its lines. */
export function recordingLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const make = (bound: Fields): Log & { lines: Line[] } => {
    const write = (level: Line["level"]) => (message: string, fields?: Fields) =>
      void lines.push({ level, message, fields: { ...bound, ...fields } });
    return {
      lines,
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      with: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}

/** Metrics that keep their sums: `counts.get("name{label=value}")`. */
export function recordingMetrics(): Metrics & { counts: Map<string, number>; gauges: Map<string, number> } {
  const counts = new Map<string, number>();
  const gauges = new Map<string, number>();
  const keyOf = (name: MetricName, labels: Labels) =>
    `${name}{${Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(",")}}`;
  return {
    counts,
    gauges,
    count: (name, labels, by = 1) => void counts.set(keyOf(name, labels), (counts.get(keyOf(name, labels)) ?? 0) + by),
    observe() {},
    gauge: (name, labels, value) => void gauges.set(keyOf(name, labels), value),
    flush() {},
  };
}

/** A clock that moves when it is told to. Milliseconds since the epoch. */
export function stoppedClock(startMs = Date.UTC(2026, 10, 21, 12)): {
  now: () => number;
  advance: (ms: number) => void;
} {
  let time = startMs;
  return { now: () => time, advance: (ms) => void (time += ms) };
}
