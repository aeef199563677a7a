import { DatabaseSync } from "node:sqlite";

/**
 * dynoxide gives every write of a streamed table its sequence number by
 * `SELECT MAX(CAST(sequence_number AS INTEGER)) … WHERE table_name = ?`, and GetRecords filters and sorts by the same
 * expression, both over the whole stream: without an index each write costs as much as the stream is long (1,000 a
 * second, and falling). With these two it stays flat (10,000 a second).
 */
const INDEXES = `
CREATE INDEX IF NOT EXISTS stockwright_stream_last
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
CREATE INDEX IF NOT EXISTS stockwright_stream_read
  ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
`;

/** DynamoDB keeps stream records for a day; dynoxide keeps them for ever. */
const KEPT_SECONDS = 24 * 60 * 60;

const BUSY_TIMEOUT_MS = 5_000;

function open(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
}

/** Adds the indexes that dynoxide lacks. Its schema must exist, so: after its first start. May run beside it. */
export function indexStreamRecords(file: string): void {
  const database = open(file);
  try {
    database.exec(INDEXES);
  } finally {
    database.close();
  }
}

/** How far a stream was handed to its consumer. */
export interface Consumed {
  streamArn: string;
  sequenceNumber: string;
}

/**
 * Deletes a table's stream records that are older than a day and were consumed, if the stream is still this table's.
 * The last record always stays: the next sequence number is counted from it. Returns how many went.
 */
export function trimStreamRecords(file: string, tableName: string, consumed: Consumed, nowMs: number): number {
  const database = open(file);
  try {
    const { changes } = database
      .prepare(
        `DELETE FROM _stream_records
         WHERE table_name = ?1
           AND CAST(sequence_number AS INTEGER) <= CAST(?2 AS INTEGER)
           AND CAST(sequence_number AS INTEGER) <
             (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
           AND created_at < ?3
           AND EXISTS (SELECT 1 FROM _tables WHERE table_name = ?1 AND ?4 LIKE '%/stream/' || stream_label)`,
      )
      .run(tableName, consumed.sequenceNumber, Math.floor(nowMs / 1000) - KEPT_SECONDS, consumed.streamArn);
    return Number(changes);
  } finally {
    database.close();
  }
}
