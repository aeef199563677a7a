import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { failedItems } from "../events/batch.ts";
import { toStreamEvent } from "../events/stream.ts";
import type { Invoke } from "../machine/functions.ts";

/** What became of a batch: how many records from its start are done, and why the next one is not. */
export interface Delivery {
  done: number;
  failure?: { error?: unknown; wholeBatch: boolean };
}

/** Hands records to the stream's function. Never throws: a throwing function fails its whole batch. */
export async function deliver(invoke: Invoke, records: StreamRecord[], streamArn: string): Promise<Delivery> {
  const identifiers = records.map(sequenceOf);
  try {
    const failed = failedItems(await invoke(toStreamEvent(records, streamArn)), identifiers);
    const first = identifiers.findIndex((id) => failed.has(id));
    if (first < 0) return { done: records.length };
    return { done: first, failure: { wholeBatch: failed.size === records.length && records.length > 1 } };
  } catch (error) {
    return { done: 0, failure: { error, wholeBatch: records.length > 1 } };
  }
}

export function sequenceOf(record: StreamRecord): string {
  return record.dynamodb?.SequenceNumber ?? "";
}
