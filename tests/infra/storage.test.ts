import { describe, expect, test } from "vitest";
import { BUCKET as BUCKET_DEFINITION, TABLE as TABLE_DEFINITION } from "../../stacks/definitions.ts";
import { STAGES } from "./scenarios.ts";
import { BUCKET, needStacks, only, stage, TABLE, text } from "./support.ts";

describe("the table", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    const table = () => only(stage(name), TABLE);

    test("can be brought back to any moment, and costs by request", () => {
      expect(table()).toMatchObject({ pointInTimeRecovery: { enabled: true }, billingMode: "PAY_PER_REQUEST" });
    });

    test("forgets what has expired by the defined attribute", () => {
      expect(table()["ttl"]).toEqual({ enabled: true, attributeName: TABLE_DEFINITION.ttlAttribute });
    });

    test("streams each item as it was and as it is", () => {
      expect(table()).toMatchObject({ streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" });
    });

    test("has the defined keys and indexes", () => {
      expect(table()).toMatchObject({ hashKey: TABLE_DEFINITION.hashKey, rangeKey: TABLE_DEFINITION.rangeKey });
      expect(table()["globalSecondaryIndexes"]).toEqual(
        Object.entries(TABLE_DEFINITION.indexes).map(([index, keys]) => ({
          name: index,
          ...keys,
          projectionType: "ALL",
        })),
      );
    });
  });
});

describe("the bucket", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    test("is the only one, and nothing can make it public", () => {
      only(stage(name), BUCKET);
      expect(only(stage(name), "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    });

    test("has a policy that allows nothing and refuses plain HTTP", () => {
      const { policy } = only(stage(name), "aws:s3/bucketPolicy:BucketPolicy");
      const { Statement } = JSON.parse(text(policy)) as { Statement: unknown[] };
      expect(Statement).toEqual([
        expect.objectContaining({
          Effect: "Deny",
          Condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        }),
      ]);
    });

    test("removes what is old as defined, and uploads that were never finished", () => {
      const { rules } = only(stage(name), "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
      expect(rules).toEqual([
        ...Object.entries(BUCKET_DEFINITION.lifecycle).map(([prefix, days]) =>
          expect.objectContaining({ status: "Enabled", filter: { prefix }, expiration: { days } }),
        ),
        expect.objectContaining({ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } }),
      ]);
    });
  });

  test("takes uploads from the stage's own pages only", () => {
    const cors = (name: (typeof STAGES)[number]) =>
      (only(stage(name), "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")["corsRules"] as unknown[])[0];
    expect(cors("production")).toMatchObject({
      allowedOrigins: ["https://shop.example.com", "https://admin.example.com"],
      allowedMethods: expect.arrayContaining(["PUT"]),
    });
    expect(cors("personal")).toMatchObject({ allowedOrigins: ["http://localhost:3000"] });
  });
});
