import {
  CreateBucketCommand,
  HeadBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { BUCKET } from "../../stacks/definitions.ts";

/** Makes the bucket, and gives it the lifecycle rules of the definition (the emulator keeps them without acting on them). */
export async function ensureBucket(client: S3Client, name: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
  } catch (error) {
    if (!(error instanceof Error) || !/NotFound|NoSuchBucket/.test(error.name)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: name }));
  }
  const Rules = Object.entries(BUCKET.lifecycle).map(
    ([Prefix, Days]): LifecycleRule => ({ ID: Prefix, Status: "Enabled", Filter: { Prefix }, Expiration: { Days } }),
  );
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules } }));
}
