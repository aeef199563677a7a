import type { Context, Resources } from "../platform/context.ts";
import type { BatchKind } from "./batch.store.ts";

const QUEUE_OF = { IMPORT: "imports", SYNC: "supplierSync" } as const;

/** What a worker needs to know of a batch: whose it is, and which. */
export interface Work {
  organizationId: string;
  currency: string;
  id: string;
}

export async function sendWork(
  { queues }: Pick<Resources, "queues">,
  kind: BatchKind,
  { organizationId, currency, id }: Work,
): Promise<void> {
  await queues.send(QUEUE_OF[kind], { organizationId, currency, id });
}

/**
 * Queues a batch that was committed a moment ago. Neither a crash before this nor a queue that is down loses it, so it
 * fails nobody's request: the sweep of stuck work queues what nobody works on.
 */
export async function queueBatch(ctx: Context, kind: BatchKind, id: string): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  try {
    await sendWork(ctx, kind, { organizationId, currency, id });
  } catch (error) {
    ctx.log.warn("Work was not queued and waits for the sweep", { kind, id, error });
  }
}
