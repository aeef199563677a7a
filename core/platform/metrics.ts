/** Label values by name. Use route templates and other bounded sets, never raw paths or ids. */
export type Labels = Record<string, string>;

/** Where counts and durations go: EMF lines in Lambda, a Prometheus registry on the laptop. */
export interface Metrics {
  count(name: MetricName, labels: Labels, by?: number): void;
  /** Durations are in seconds. */
  observe(name: MetricName, labels: Labels, value: number): void;
  gauge(name: MetricName, labels: Labels, value: number): void;
  /** Prometheus text, where this process keeps a registry. */
  text?(): Promise<{ contentType: string; body: string }>;
  /** Writes out what is pending; called at the end of an invocation. */
  flush(): void;
}

/** Every metric with its kind and labels, so that no two places spell one differently. */
export const METRICS = {
  http_requests_total: { kind: "counter", labels: ["method", "endpoint", "status"], help: "Requests answered" },
  http_request_duration_seconds: {
    kind: "histogram",
    labels: ["method", "endpoint"],
    help: "Time to answer a request",
  },
  active_users: { kind: "gauge", labels: [], help: "Credentials seen in the last five minutes by this process" },
  db_connections_active: { kind: "gauge", labels: [], help: "DynamoDB calls in flight from this process" },
  order_processing_duration_seconds: { kind: "histogram", labels: ["order_type"], help: "Time to process an order" },
  products_collected_total: { kind: "counter", labels: ["source"], help: "Products or offers taken from a source" },
  api_errors_total: { kind: "counter", labels: ["endpoint", "error_type"], help: "Requests answered with an error" },
  cache_hits_total: { kind: "counter", labels: ["cache_key_prefix"], help: "Cache reads that were answered" },
  cache_misses_total: { kind: "counter", labels: ["cache_key_prefix"], help: "Cache reads that were not" },
  cache_entries: { kind: "gauge", labels: [], help: "Entries in this process's memory cache" },
  http_response_bytes_saved_total: { kind: "counter", labels: [], help: "Bytes that gzip kept off the wire" },
  outbound_requests_total: {
    kind: "counter",
    labels: ["dependency", "outcome"],
    help: "Calls to other services, attempts counted",
  },
  rate_limited_total: { kind: "counter", labels: ["policy"], help: "Requests refused because a limit was reached" },
  import_rows_total: { kind: "counter", labels: ["kind", "outcome"], help: "Rows of imports and feeds, by verdict" },
  search_projection_lag_seconds: {
    kind: "histogram",
    labels: [],
    help: "From a product's write to its place in the search index",
  },
  channel_update_queue_seconds: {
    kind: "histogram",
    labels: [],
    help: "From a change of stock or of a listing to the queued update of its channel",
  },
  channel_update_publish_seconds: {
    kind: "histogram",
    labels: [],
    help: "From a change of stock or of a listing to its channel having taken it",
  },
  channel_updates_total: { kind: "counter", labels: ["outcome"], help: "Channel updates worked, by how they ended" },
  webhooks_received_total: {
    kind: "counter",
    labels: ["provider", "outcome"],
    help: "Verified deliveries of providers: received, duplicate or conflict",
  },
  channel_tasks_total: {
    kind: "counter",
    labels: ["kind", "outcome"],
    help: "Attempts at what channels are told of orders or orders are read from: done, again, waiting or failed",
  },
  webhooks_refused_total: {
    kind: "counter",
    labels: ["provider", "reason"],
    help: "Deliveries that were not verified or could not be read, of which nothing is kept",
  },
  webhook_events_worked_total: {
    kind: "counter",
    labels: ["provider", "outcome"],
    help: "Attempts to apply a provider's event, by how they ended",
  },
  webhook_deliveries_total: {
    kind: "counter",
    labels: ["outcome"],
    help: "Attempts to deliver a webhook: delivered, retried, failed, discarded or postponed",
  },
  webhook_delivery_seconds: {
    kind: "histogram",
    labels: [],
    help: "From an event to its receiver having taken it",
  },
  sourcing_answers_total: {
    kind: "counter",
    labels: ["provider", "outcome"],
    help: "Sources asked by a search, by how it went: ok, timedOut or failed",
  },
  sourcing_offers_total: {
    kind: "counter",
    labels: ["outcome"],
    help: "Offers that sources gave for searches: shown, left, duplicate, or why they were dropped",
  },
  affiliate_links_total: {
    kind: "counter",
    labels: ["outcome"],
    help: "Links of offers shown: given with the offer, made, none to be had, or failed",
  },
  events_published_total: { kind: "counter", labels: ["type"], help: "Domain events handed to their consumers" },
} as const satisfies Record<
  string,
  { kind: "counter" | "histogram" | "gauge"; labels: readonly string[]; help: string }
>;

export type MetricName = keyof typeof METRICS;

/** Observes how long `work` takes, also when it throws. `nowMs` is monotonic. */
export async function trackTime<T>(
  metrics: Metrics,
  name: MetricName,
  labels: Labels,
  work: () => Promise<T>,
  nowMs: () => number = () => performance.now(),
): Promise<T> {
  const start = nowMs();
  try {
    return await work();
  } finally {
    metrics.observe(name, labels, (nowMs() - start) / 1000);
  }
}

export const NO_METRICS: Metrics = { count() {}, observe() {}, gauge() {}, flush() {} };
