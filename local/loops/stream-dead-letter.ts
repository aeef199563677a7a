import { randomUUID } from "node:crypto";
import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { functionArn } from "../machine/functions.ts";
import { sequenceOf } from "./stream-batch.ts";

/** What Lambda sends to a stream's on-failure queue: where the record stands, not the record. */
export interface DeadLetter {
  requestContext: { requestId: string; functionArn: string; condition: string; approximateInvokeCount: number };
  version: "1.0";
  timestamp: string;
  DDBStreamBatchInfo: {
    shardId: string;
    startSequenceNumber: string;
    endSequenceNumber: string;
    approximateArrivalOfFirstRecord: string;
    approximateArrivalOfLastRecord: string;
    batchSize: number;
    streamArn: string;
  };
}

export function deadLetter(
  shardId: string,
  record: StreamRecord,
  invocations: number,
  { functionName, streamArn }: { functionName: string; streamArn: string },
): DeadLetter {
  const arrival = (record.dynamodb?.ApproximateCreationDateTime ?? new Date(0)).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: functionArn(functionName),
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: invocations,
    },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: sequenceOf(record),
      endSequenceNumber: sequenceOf(record),
      approximateArrivalOfFirstRecord: arrival,
      approximateArrivalOfLastRecord: arrival,
      batchSize: 1,
      streamArn,
    },
  };
}
