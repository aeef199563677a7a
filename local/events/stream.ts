import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { LOCAL_REGION } from "../names.ts";

/** Stream records as Lambda hands them to a function: the SDK's shape with times in seconds and the stream's ARN. */
export function toStreamEvent(records: StreamRecord[], streamArn: string): DynamoDBStreamEvent {
  return { Records: records.map((record) => toRecord(record, streamArn)) };
}

function toRecord(record: StreamRecord, streamArn: string): DynamoDBRecord {
  const { ApproximateCreationDateTime: createdAt, ...change } = record.dynamodb ?? {};
  const dynamodb = { ...change, ...(createdAt ? { ApproximateCreationDateTime: createdAt.getTime() / 1000 } : {}) };
  return {
    ...(record.eventID ? { eventID: record.eventID } : {}),
    ...(record.eventName ? { eventName: record.eventName } : {}),
    eventVersion: record.eventVersion ?? "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: LOCAL_REGION,
    eventSourceARN: streamArn,
    // The types differ in binary values alone (bytes here, base64 in Lambda), and the table holds none.
    dynamodb: dynamodb as NonNullable<DynamoDBRecord["dynamodb"]>,
    ...(record.userIdentity ? { userIdentity: record.userIdentity } : {}),
  };
}
