import { contentHash } from "./canonical.ts";
import type { Context } from "./context.ts";
import { AppError } from "./errors.ts";
import { orgPartition } from "./keys.ts";
import type { Expression, Item, Write } from "./table.ts";
import { TransactionCanceled } from "./table-errors.ts";

const KEPT_SECONDS = 24 * 3600;

/**
 * NO_LIVE_RECORD: two requests with one key race here.
 *
 *   A: put record + effect ──┐ one transaction each: DynamoDB lets one of them in,
 *   B: put record + effect ──┘ the other is cancelled and handed the winner's record (ALL_OLD).
 *
 * An expired record that TTL has not yet removed counts as absent.
 */
function noLiveRecord(nowSeconds: number): Expression {
  return { expression: "attribute_not_exists(pk) OR expiresAt <= :now", values: { ":now": nowSeconds } };
}

/** Commits the effect and the verb's result together; the result is what a repeat of the request is answered with. */
export type Commit<T> = (writes: Write[], result: T) => Promise<T>;

/** How a result lies in the table while it may be asked for again, where that is not as it is. */
export interface StoredForm<T> {
  store: (result: T) => unknown;
  open: (stored: unknown) => T;
}

class Replay extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super("The stored answer of an earlier request with this key");
    this.result = result;
  }
}

/**
 * Runs a verb at most once per Idempotency-Key. The record is written in the effect's own transaction, so a crash
 * leaves both or neither. Same key and input: the first result again. Same key, other input: IDEMPOTENCY_MISMATCH.
 * Without a key it only commits.
 */
export async function idempotent<T>(
  ctx: Context,
  operation: string,
  input: unknown,
  run: (commit: Commit<T>) => Promise<T>,
  form: StoredForm<T> = AS_IT_IS as StoredForm<T>,
): Promise<T> {
  const key = ctx.idempotencyKey;
  if (key === undefined) {
    return run(async (writes, result) => {
      if (writes.length > 0) await ctx.table.transact(writes);
      return result;
    });
  }
  const requestHash = contentHash({ operation, input });
  const recordKey = { pk: orgPartition(ctx.actor.organizationId, "IDEMPOTENCY", key), sk: "RECORD" };
  try {
    return await run(async (writes, result) => {
      const now = Math.floor(ctx.now() / 1000);
      const expiresAt = now + KEPT_SECONDS;
      const record: Write = {
        put: { ...recordKey, entity: "idempotency", operation, requestHash, result: form.store(result), expiresAt },
        condition: noLiveRecord(now),
      };
      try {
        await ctx.table.transact([record, ...writes]);
        return result;
      } catch (error) {
        if (error instanceof TransactionCanceled) {
          if (error.failedAt(0)) throw new Replay(storedResult(error.reasons[0]?.item, requestHash, key));
          // The verb reads reasons by the place of its own writes.
          throw new TransactionCanceled(error.reasons.slice(1), error);
        }
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof Replay) {
      ctx.onReplay?.();
      return form.open(error.result);
    }
    // The first request may have changed what this repeat was checked against: its record decides, not the check.
    if (error instanceof AppError && error.code !== "IDEMPOTENCY_MISMATCH") {
      const record = await ctx.table.get(recordKey, { consistent: true });
      if (record && Number(record["expiresAt"]) > ctx.now() / 1000) {
        const result = form.open(storedResult(record, requestHash, key));
        ctx.onReplay?.();
        return result;
      }
    }
    throw error;
  }
}

const AS_IT_IS: StoredForm<unknown> = { store: (result) => result, open: (stored) => stored };

function storedResult(record: Item | undefined, requestHash: string, key: string): unknown {
  if (record?.["requestHash"] !== requestHash) {
    throw new AppError("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request", {
      details: { key },
    });
  }
  return record["result"];
}
