import { globalPartition, type PartitionKey } from "../platform/keys.ts";

/** What waits stands by the time at which the sweep is to look at it: spread, so that many at once do not heat one key. */
export const AGENDA_SHARDS = 8;

/** SQS keeps a message back for so long at most; what comes later is the sweep's to send. */
export const LONGEST_DELAY_MS = 15 * 60_000;

/** A message that was sent is worked within this, or has got lost. */
const LOST_AFTER_MS = 60_000;

export const agendaShard = (shard: number): PartitionKey => globalPartition("SCHEDULE", `OUTBOUND#${shard}`);

/**
 * The place in the index of what is to be worked at a time (milliseconds since the epoch): the sweep comes to it then
 * where no message does, else a minute later, to see whether the message was lost. On the item itself, so that there is
 * no second record which could say otherwise.
 */
export function agenda(id: string, at: number, now = at): { gsi2pk: PartitionKey; gsi2sk: string } {
  const shard = (id.charCodeAt(id.length - 1) + id.charCodeAt(id.length - 2)) % AGENDA_SHARDS;
  const lookAt = at - now > LONGEST_DELAY_MS ? at : at + LOST_AFTER_MS;
  return { gsi2pk: agendaShard(shard), gsi2sk: `${new Date(lookAt).toISOString()}#${id}` };
}

export const offAgenda = { gsi2pk: undefined, gsi2sk: undefined };

/** Sorts after every place of this moment and before those of the next millisecond. */
export const agendaBound = (now: number): string => `${new Date(now).toISOString()}~`;
