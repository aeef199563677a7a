import type { Context } from "../platform/context.ts";
import { ID_PREFIX } from "../platform/ids.ts";
import { attemptDelivery } from "./attempt.ts";
import { runLane } from "./lane.ts";
import { wakeAt } from "./queue.ts";
import { readDeliveries, readEndpoints } from "./read.ts";
import { runReplay } from "./replay.ts";

/** A message may come a moment before its time by another clock; one that comes earlier is a second one. */
const A_MOMENT_MS = 2_000;

export interface WorkOptions {
  /** For a receiver's answer; 15 seconds unless given. */
  timeoutMs?: number | undefined;
  remainingMs: () => number;
}

/**
 * Works an organisation's messages: deliveries, lanes of ordered endpoints, replays. A message may come twice, early or
 * late. Returns the ids that could not be worked, with why: their messages have to come again.
 */
export async function deliver(
  ctx: Context,
  { ids }: { ids: readonly string[] },
  options: WorkOptions,
): Promise<Map<string, unknown>> {
  const kinds = Map.groupBy(new Set(ids), (id) => id.slice(0, id.indexOf("_")));
  const failed = new Map<string, unknown>();
  const work = async (id: string, run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      failed.set(id, error);
    }
  };
  const lanes = kinds.get(ID_PREFIX.webhookEndpoint) ?? [];
  const replays = kinds.get(ID_PREFIX.webhookReplay) ?? [];
  await Promise.all([
    deliverEach(ctx, kinds.get(ID_PREFIX.webhookDelivery) ?? [], options, work),
    ...lanes.map((id) => work(id, () => runLane(ctx, id, options))),
    ...replays.map((id) => work(id, () => runReplay(ctx, id, options))),
  ]);
  return failed;
}

async function deliverEach(
  ctx: Context,
  ids: readonly string[],
  { timeoutMs }: WorkOptions,
  work: (id: string, run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (ids.length === 0) return;
  const deliveries = await readDeliveries(ctx, ids);
  const receivers = await readEndpoints(ctx, [...new Set(deliveries.map(({ endpointId }) => endpointId))]);
  await Promise.all(
    deliveries.map((delivery) =>
      work(delivery.id, async () => {
        const receiver = receivers.get(delivery.endpointId);
        // One that goes through a lane is worked there, whoever names it.
        if (!receiver || delivery.ordering) return;
        const result = await attemptDelivery(
          ctx,
          { delivery, ...receiver },
          { owner: ctx.newId("request"), timeoutMs },
        );
        const isAgain = result.kind === "early" && result.at - ctx.now() <= A_MOMENT_MS;
        if (isAgain || result.kind === "later") await wakeAt(ctx, delivery.id, result.at);
      }),
    ),
  );
}
