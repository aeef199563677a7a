import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Endpoints, External } from "./emulators/index.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "./names.ts";

/** The local cloud's own clients; functions make theirs from the environment. */
export interface Clients {
  dynamodb: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  sqs: SQSClient;
  s3: S3Client;
  close(): void;
}

/** Emulators get the fixed region and key; endpoints that were given from outside are met with the host's own. */
export function createClients(endpoints: Endpoints, external: External = {}): Clients {
  const options = (service: keyof Endpoints) => ({
    endpoint: endpoints[service],
    // An emulator that died is back within a second; its callers here have nobody else to retry for them.
    maxAttempts: 8,
    ...(external[service] ? {} : { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS }),
  });
  const clients = {
    dynamodb: new DynamoDBClient(options("dynamodb")),
    streams: new DynamoDBStreamsClient(options("dynamodbStreams")),
    sqs: new SQSClient(options("sqs")),
    s3: new S3Client({ ...options("s3"), forcePathStyle: true }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** The environment by which the functions' SDK clients reach the same places. */
export function clientEnvironment(endpoints: Endpoints, external: External): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodbStreams,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    ...(Object.keys(external).length > 0
      ? {}
      : {
          AWS_REGION: LOCAL_REGION,
          AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
        }),
  };
}
