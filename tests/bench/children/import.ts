import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as Imports from "../../../core/imports/index.ts";
import * as Organizations from "../../../core/organizations/index.ts";
import type { AroundCall } from "../../../core/platform/calls.ts";
import { type Context, createContext, systemActor } from "../../../core/platform/context.ts";
import type { OrganizationId } from "../../../core/platform/ids.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import * as Uploads from "../../../core/uploads/index.ts";
import { createResources } from "../../../functions/resources.ts";
import { QUEUES } from "../../../stacks/definitions.ts";
import { FEED_MAPPING, generateFeed } from "../../support/generate-feed.ts";
import { generateOrders, ORDERS_MAPPING } from "../../support/generate-orders.ts";
import { serve, spent, type Spent } from "../support/serve.ts";

export type Kind = "import" | "feed" | "orders";

export interface Tenant {
  organizationId: string;
  supplierId: string;
}

/** In MB. The heap as it is, with what a collection would free; its least values are what lives. */
export interface Memory {
  residentMb: number;
  heapMb: number;
}

export interface Run extends Spent {
  counts: { status: string; processed: number; accepted: number; unchanged: number; rejected: number };
  calls: Record<string, number>;
  /** Over the run, a sample each tenth of a second. */
  memory: Memory[];
}

let calls: Record<string, number> = {};
const around: AroundCall = (call, next) => {
  const name = call.service === "dynamodb" ? call.operation : `${call.service}:${call.operation}`;
  calls[name] = (calls[name] ?? 0) + 1;
  return next();
};
const resources = createResources(process.env, { around, log: NO_LOG });

function contextOf(organizationId: string): Context {
  const actor = systemActor(organizationId as OrganizationId, "USD", "bench");
  return createContext(resources, { actor, requestId: "req_bench" });
}

async function tenant(): Promise<Tenant> {
  const { id } = await Organizations.createOrganization(resources, { name: "Bench", currency: "USD" });
  const feed = { format: "csv", mapping: FEED_MAPPING };
  const supplier = await Suppliers.createSupplier(contextOf(id), { name: "Wholesaler", feed });
  return { organizationId: id, supplierId: supplier.id };
}

/** The file goes up as a user's would, and is queued; nobody waits for the message here. Needs the whole file's memory. */
async function queue({ kind, rows, ...tenant }: Tenant & { kind: Kind; rows: number }): Promise<string> {
  const ctx = contextOf(tenant.organizationId);
  const lines = kind === "orders" ? generateOrders({ rows }) : generateFeed({ rows });
  const body = new Uint8Array(await buffer(Readable.from(lines)));
  const contentType = "text/csv";
  const upload = await Uploads.createUpload(ctx, { filename: "feed.csv", contentType, size: body.length });
  const answer = await fetch(upload.url, { method: upload.method, headers: upload.headers, body });
  if (!answer.ok) throw new Error(`The upload answered ${answer.status}`);
  const spec = kind === "orders" ? { kind, mapping: ORDERS_MAPPING } : { kind: "products", mapping: FEED_MAPPING };
  const queued =
    kind !== "feed"
      ? await Imports.createImport(ctx, { ...spec, uploadId: upload.id, format: "csv" })
      : await Suppliers.startSync(ctx, { supplierId: tenant.supplierId, input: { uploadId: upload.id } });
  return queued.id;
}

/** Works it as the queue's function does: as long as an invocation may run, and again until it is done. */
async function work({ kind, id, organizationId }: Tenant & { kind: Kind; id: string }): Promise<Run> {
  const ctx = contextOf(organizationId);
  const run = kind === "feed" ? Suppliers.runSync : Imports.runImport;
  const limitMs = QUEUES[kind === "feed" ? "supplierSync" : "imports"].timeoutSeconds * 1000;
  const memory: Memory[] = [];
  const sampler = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    memory.push({ residentMb: rss / 1024 ** 2, heapMb: heapUsed / 1024 ** 2 });
  }, 100);
  calls = {};
  const time = await spent(async () => {
    let result: string;
    do {
      const until = performance.now() + limitMs;
      result = await run(ctx, { id, remainingMs: () => until - performance.now() });
    } while (result === "continue");
    if (result !== "done") throw new Error(`The run ended as ${result}`);
  });
  clearInterval(sampler);
  const counted = calls;
  const view = kind === "feed" ? await Suppliers.getSync(ctx, id) : await Imports.getImport(ctx, id);
  const { status, processed, accepted, unchanged, rejected } = view;
  return { ...time, calls: counted, memory, counts: { status, processed, accepted, unchanged, rejected } };
}

serve({ tenant, queue, work });
