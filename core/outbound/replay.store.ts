import type { Context } from "../platform/context.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { agenda } from "./agenda.ts";

/** A replay that is under way; when it is done, there is none. */
export interface Replay {
  id: string;
  endpointId: string;
  since: string;
  deliveries: "failed" | "all";
  createdAt: string;
  /** The last delivery that was looked at. */
  after?: string;
}

function replayKey(ctx: Context, id: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "WEBHOOK_REPLAY"), sk: id };
}

export function createReplayWrite(ctx: Context, replay: Replay): Write {
  const place = agenda(replay.id, ctx.now());
  return { put: { ...replayKey(ctx, replay.id), entity: "webhook-replay", ...replay, ...place } };
}

export async function findReplay(ctx: Context, id: string): Promise<Replay | undefined> {
  return ctx.table.get<Item & Replay>(replayKey(ctx, id), { consistent: true });
}

/** Undefined when another worker has ended it. Two that go through it at once send nothing twice that they do not find as failed twice. */
export async function advanceReplay(ctx: Context, { id, after }: Replay): Promise<Replay | undefined> {
  const { gsi2pk, gsi2sk } = agenda(id, ctx.now());
  try {
    return await ctx.table.update<Item & Replay>(
      replayKey(ctx, id),
      {
        expression: "SET #after = :after, gsi2pk = :shard, gsi2sk = :look",
        names: { "#after": "after" },
        values: { ":after": after, ":shard": gsi2pk, ":look": gsi2sk },
      },
      { expression: "attribute_exists(pk)" },
    );
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

export async function endReplay(ctx: Context, id: string): Promise<void> {
  await ctx.table.transact([{ remove: replayKey(ctx, id) }]);
}
