import { expect, vi } from "vitest";

/** An answer of a started system: status, headers, the text as it came, and what it says where it is JSON. */
export interface HttpAnswer<T> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

export interface CallOptions {
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The status that the answer must have; a failure shows the answer. */
  expected?: number;
}

/** A file's fate, as imports and syncs show it. */
export interface Work {
  id: string;
  status: "queued" | "running" | "succeeded" | "failed";
  phase: string;
  total?: number;
  processed: number;
  accepted: number;
  rejected: number;
  unchanged: number;
  created: number;
  updated: number;
  vanished?: number;
  warnings?: string[];
  error?: { code: string; message: string; details?: unknown };
  hasRefusedRows: boolean;
}

export interface Verdict {
  row: number;
  status: "accepted" | "rejected" | "unchanged";
  action?: "created" | "updated";
  id?: string;
  faults?: { path: string; code: string; message: string }[];
  changes?: Record<string, [unknown, unknown]>;
}

export interface UploadOptions {
  filename?: string;
  contentType?: string;
}

/** How long work may take before a test gives up on it: far longer than it does, on a machine that is busy. */
const PATIENCE = { timeout: 240_000, interval: 100 };

/** A caller of a started system: one address, one key. */
export class Client {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  async request<T = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {}, expected }: CallOptions = {},
  ): Promise<HttpAnswer<T>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (expected !== undefined) expect(response.status, `${method} ${path} answered ${text}`).toBe(expected);
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as T };
  }

  /** The body of a GET that must succeed. */
  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await this.request<T>("GET", path, { expected: 200 })).body;
  }

  /** The body of a POST that must be answered with this status. */
  async post<T = Record<string, unknown>>(path: string, body: unknown, expected = 201): Promise<T> {
    return (await this.request<T>("POST", path, { body, expected })).body;
  }

  /** Everything that a list has, page after page. */
  async all<T>(path: string, limit = 100): Promise<T[]> {
    const items: T[] = [];
    const url = new URL(path, this.url);
    url.searchParams.set("limit", String(limit));
    for (;;) {
      const page = await this.get<{ items: T[]; nextCursor?: string }>(`${url.pathname}${url.search}`);
      items.push(...page.items);
      if (page.nextCursor === undefined) return items;
      url.searchParams.set("cursor", page.nextCursor);
    }
  }

  /** Announces a file and sends it as a caller would. Returns the upload's id. */
  async upload(content: string | Uint8Array, options: UploadOptions = {}): Promise<string> {
    const { filename = "products.csv", contentType = "text/csv" } = options;
    const bytes = new Uint8Array(Buffer.from(content));
    const ticket = await this.post<{ id: string; url: string; method: string; headers: Record<string, string> }>(
      "/v1/uploads",
      { filename, contentType, size: bytes.length },
    );
    const sent = await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: bytes });
    expect(sent.status, await sent.text()).toBe(200);
    return ticket.id;
  }

  /** Queues an import of an upload. Returns its id. */
  async queueImport(uploadId: string, spec: Record<string, unknown>): Promise<string> {
    const { id } = await this.post<Work>("/v1/imports", { kind: "products", uploadId, ...spec }, 202);
    return id;
  }

  /** Uploads a file, imports it, and waits for the end. */
  async importFile(
    content: string | Uint8Array,
    spec: Record<string, unknown>,
    options: UploadOptions = {},
  ): Promise<Work> {
    const id = await this.queueImport(await this.upload(content, options), spec);
    return this.finished(`/v1/imports/${id}`);
  }

  /** The import or sync once it has ended, well or not. */
  finished(path: string): Promise<Work> {
    return this.reached(path, ({ status }) => status === "succeeded" || status === "failed");
  }

  /** The import or sync once it is so far. */
  async reached(path: string, isSoFar: (work: Work) => boolean): Promise<Work> {
    return vi.waitFor(async () => {
      const work = await this.get<Work>(path);
      expect(isSoFar(work), JSON.stringify(work)).toBe(true);
      return work;
    }, PATIENCE);
  }

  /** The verdict on every row, in the order of the file. */
  records(importId: string, status?: Verdict["status"]): Promise<Verdict[]> {
    return this.all<Verdict>(`/v1/imports/${importId}/records${status === undefined ? "" : `?status=${status}`}`);
  }
}
