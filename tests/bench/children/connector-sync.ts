import * as Accounts from "../../../core/accounts/index.ts";
import * as Organizations from "../../../core/organizations/index.ts";
import type { AroundCall } from "../../../core/platform/calls.ts";
import { type Context, createContext, systemActor } from "../../../core/platform/context.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { createResources } from "../../../functions/resources.ts";
import { QUEUES } from "../../../stacks/definitions.ts";
import { serve, spent, type Spent } from "../support/serve.ts";

export interface SyncRun extends Spent {
  kind: string;
  counts: { fetched: number; created: number; updated: number; unchanged: number; rejected: number };
  /** Of the stores, by operation. */
  calls: Record<string, number>;
  residentMb: number;
}

let calls: Record<string, number> = {};
const around: AroundCall = (call, next) => {
  const name = call.service === "dynamodb" ? call.operation : `${call.service}:${call.operation}`;
  calls[name] = (calls[name] ?? 0) + 1;
  return next();
};
const resources = createResources(process.env, { around, log: NO_LOG });
let supplier: { ctx: Context; id: string } | undefined;

async function connect({ credentials }: { credentials: Record<string, string> }): Promise<void> {
  const { id } = await Organizations.createOrganization(resources, { name: "Bench", currency: "KRW" });
  const actor = systemActor(id, "KRW", "bench");
  const ctx = createContext(resources, { actor, requestId: "req_bench" });
  const account = await Accounts.createAccount(ctx, { provider: "ownerclan", name: "Bench", credentials });
  const made = await Suppliers.createSupplier(ctx, { name: "Bench", connection: { accountId: account.id } });
  supplier = { ctx, id: made.id };
}

/** Works a sync as the queue's function does: as long as an invocation may run, and again until it is done. */
async function sync(input: { full?: boolean }): Promise<SyncRun> {
  if (!supplier) throw new Error("There is no supplier yet");
  const { ctx, id: supplierId } = supplier;
  const { id } = await Suppliers.startSync(ctx, { supplierId, input });
  calls = {};
  let residentMb = 0;
  const sampler = setInterval(() => {
    residentMb = Math.max(residentMb, process.memoryUsage().rss / 1024 ** 2);
  }, 100);
  const time = await spent(async () => {
    let result: string;
    do {
      const until = performance.now() + QUEUES.supplierSync.timeoutSeconds * 1000;
      result = await Suppliers.runSync(ctx, { id, remainingMs: () => until - performance.now() });
    } while (result === "continue");
    if (result !== "done") throw new Error(`The sync ended as ${result}`);
  });
  clearInterval(sampler);
  const counted = calls;
  const { kind, status, fetched = 0, created, updated, unchanged, rejected } = await Suppliers.getSync(ctx, id);
  if (status !== "succeeded") throw new Error(`The sync ${status}`);
  return { ...time, kind, counts: { fetched, created, updated, unchanged, rejected }, calls: counted, residentMb };
}

serve({ connect, sync });
