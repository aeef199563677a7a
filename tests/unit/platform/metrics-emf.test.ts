import { describe, expect, test } from "vitest";
import { createEmfMetrics } from "../../../core/platform/metrics-emf.ts";

interface EmfLine {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [field: string]: unknown;
}

function collecting() {
  const lines: EmfLine[] = [];
  let time = 1_000;
  const write = (line: string) => void lines.push(JSON.parse(line) as EmfLine);
  const metrics = createEmfMetrics({ service: "stockwright", now: () => time, write });
  return { metrics, lines, advance: (ms: number) => void (time += ms) };
}

describe("metrics in embedded metric format", () => {
  test("are one line for a request, each metric under its own dimensions", () => {
    const { metrics, lines } = collecting();
    const labels = { method: "GET", endpoint: "/v1/products/{id}" };
    metrics.count("http_requests_total", { ...labels, status: "200" });
    metrics.observe("http_request_duration_seconds", labels, 0.012);
    metrics.flush();
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: 1_000,
          CloudWatchMetrics: [
            {
              Namespace: "Stockwright",
              Dimensions: [["service", "method", "endpoint", "status"]],
              Metrics: [{ Name: "http_requests_total", Unit: "Count" }],
            },
            {
              Namespace: "Stockwright",
              Dimensions: [["service", "method", "endpoint"]],
              Metrics: [{ Name: "http_request_duration_seconds", Unit: "Seconds" }],
            },
          ],
        },
        service: "stockwright",
        ...labels,
        status: "200",
        http_requests_total: 1,
        http_request_duration_seconds: [0.012],
      },
    ]);
  });

  test("are summed within an invocation and written once", () => {
    const { metrics, lines } = collecting();
    metrics.count("products_collected_total", { source: "ownerclan" }, 40);
    metrics.count("products_collected_total", { source: "ownerclan" }, 2);
    metrics.flush();
    metrics.flush();
    expect(lines.map((line) => line["products_collected_total"])).toEqual([42]);
  });

  test("go into lines of their own where one line would have to say two things under one name", () => {
    const { metrics, lines } = collecting();
    metrics.count("cache_hits_total", { cache_key_prefix: "product" }, 2);
    metrics.count("cache_hits_total", { cache_key_prefix: "category" }, 3);
    metrics.count("cache_misses_total", { cache_key_prefix: "product" });
    metrics.flush();
    expect(lines.map(({ cache_key_prefix, cache_hits_total }) => [cache_key_prefix, cache_hits_total])).toEqual([
      ["product", 2],
      ["category", 3],
    ]);
    expect(lines[0]?.["cache_misses_total"]).toBe(1);
  });

  test("sample a gauge once a minute", () => {
    const { metrics, lines, advance } = collecting();
    for (let call = 0; call < 10; call++) metrics.gauge("db_connections_active", {}, call);
    metrics.flush();
    advance(60_000);
    metrics.gauge("db_connections_active", {}, 7);
    metrics.flush();
    expect(lines.map((line) => line["db_connections_active"])).toEqual([[0], [7]]);
  });

  test("keep at most a hundred values of one metric in a line, which is what CloudWatch reads", () => {
    const { metrics, lines } = collecting();
    for (let call = 0; call < 150; call++) metrics.observe("http_request_duration_seconds", { method: "GET" }, 1);
    metrics.flush();
    expect(lines[0]?.["http_request_duration_seconds"]).toHaveLength(100);
  });

  test("write nothing where nothing happened", () => {
    const { metrics, lines } = collecting();
    metrics.flush();
    expect(lines).toEqual([]);
  });
});
