import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { faultsOf } from "./policy.ts";
import { MAIL_IDENTITY, STAGES } from "./scenarios.ts";
import { all, functions, grants, needStacks, ROLE, stage, statements } from "./support.ts";

/** Statements that AWS or SST forces to be broad, each with its reason. None is, and none should come in silence. */
const ALLOWED_FAULTS: Record<string, string> = {};

const ITEMS = [
  "dynamodb:BatchGetItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:UpdateItem",
].map((action) => `${action} Table`);
const OBJECTS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListBucket", "s3:PutObject"].map(
  (action) => `${action} Files`,
);
const receiving = (queue: string) =>
  ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"].map((action) => `${action} ${queue}`);
const sending = (queue: string) => ["sqs:GetQueueAttributes", "sqs:SendMessage"].map((action) => `${action} ${queue}`);
const STREAM = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map(
  (action) => `dynamodb:${action} Table`,
);

/** What each function may do, in full: a grant that is not here fails, as does one that is missing. */
const EXPECTED: Record<string, string[]> = {
  Api: [
    ...ITEMS,
    ...OBJECTS,
    ...sending("Imports"),
    ...sending("SupplierSync"),
    ...sending("Purchases"),
    ...sending("ChannelOrders"),
    ...sending("WebhookEvents"),
    ...sending("OutboundWebhooks"),
  ],
  Docs: [],
  ImportsWorker: [...ITEMS, ...OBJECTS, ...receiving("Imports"), ...sending("Imports")],
  SupplierSyncWorker: [...ITEMS, ...OBJECTS, ...receiving("SupplierSync"), ...sending("SupplierSync")],
  PurchasesWorker: [...ITEMS, ...receiving("Purchases"), ...sending("Purchases")],
  ChannelUpdatesWorker: [...ITEMS, ...receiving("ChannelUpdates"), ...sending("ChannelUpdates")],
  ChannelOrdersWorker: [...ITEMS, ...receiving("ChannelOrders"), ...sending("ChannelOrders")],
  WebhookEventsWorker: [...ITEMS, ...OBJECTS, ...receiving("WebhookEvents"), ...sending("WebhookEvents")],
  OutboundWebhooksWorker: [...ITEMS, ...receiving("OutboundWebhooks"), ...sending("OutboundWebhooks")],
  StreamConsumer: [
    ...ITEMS,
    ...STREAM,
    ...sending("ChannelUpdates"),
    ...sending("ChannelOrders"),
    ...sending("OutboundWebhooks"),
    "sqs:SendMessage StreamDeadLetters",
  ],
  DueSyncs: [...ITEMS, ...sending("SupplierSync")],
  StuckWork: [
    ...ITEMS,
    ...OBJECTS,
    ...sending("Imports"),
    ...sending("SupplierSync"),
    ...sending("ChannelUpdates"),
    ...sending("WebhookEvents"),
  ],
  ExpiredStock: [...ITEMS, ...sending("Purchases"), ...sending("ChannelOrders")],
  DueWebhooks: [...ITEMS, ...sending("OutboundWebhooks")],
};

/** `…:table/stockwright-production-TableTable-abc/index/*` → `Table`. */
function subject(arn: string): string {
  const found = /-(Table|Files|\w+?)(?:Table|Bucket|Queue)-[a-z]+/i.exec(arn)?.[1] ?? arn;
  return found.charAt(0).toUpperCase() + found.slice(1);
}

function granted(name: (typeof STAGES)[number], functionName: string): string[] {
  const pairs = [...grants(stage(name), functionName)].flatMap(([action, resources]) =>
    resources.map((resource) => `${action} ${subject(resource)}`),
  );
  return [...new Set(pairs)].toSorted();
}

describe("least privilege", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    test("no statement of any role has a pattern for its action or its resource", () => {
      const faults = [...all(stage(name), ROLE)].flatMap(([role, inputs]) =>
        statements(inputs)
          .flatMap(faultsOf)
          .map((fault) => `${role}: ${fault}`),
      );
      expect(faults.filter((fault) => !(fault in ALLOWED_FAULTS))).toEqual([]);
    });

    test("no role has a managed policy, whose breadth others decide", () => {
      for (const [role, { managedPolicyArns }] of all(stage(name), ROLE)) {
        expect(managedPolicyArns ?? [], role).toEqual([]);
      }
    });

    test("a role can be assumed by the one service that runs it, and by nobody else", () => {
      for (const [role, { assumeRolePolicy }] of all(stage(name), ROLE)) {
        const service = role.endsWith("ScheduleRole") ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
        expect(assumeRolePolicy, role).toMatchObject({ Statement: [{ Principal: { Service: service } }] });
      }
    });

    test("each function may do what it needs and nothing more", () => {
      const found = [...functions(stage(name)).keys()].map((logicalName) => [logicalName, granted(name, logicalName)]);
      const expected = Object.entries(EXPECTED).map(([logicalName, pairs]) => [logicalName, pairs.toSorted()]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    });

    test("only API Gateway may call a function from outside the account's roles, and only for this API", () => {
      for (const [permission, inputs] of all(stage(name), "aws:lambda/permission:Permission")) {
        expect(inputs, permission).toMatchObject({
          principal: "apigateway.amazonaws.com",
          sourceArn: expect.stringMatching(/^arn:aws:execute-api:[^*]+\/\*$/),
        });
      }
    });
  });

  test("mail is sent as the one identity that was named, by what sends it and not by the API", () => {
    const senders = [...functions(stage("productionWithMail")).keys()].filter((logicalName) =>
      grants(stage("productionWithMail"), logicalName).has("ses:SendEmail"),
    );
    expect(senders.toSorted()).toEqual(["StreamConsumer", "StuckWork"]);
    for (const logicalName of senders)
      expect(grants(stage("productionWithMail"), logicalName).get("ses:SendEmail")).toEqual([MAIL_IDENTITY]);
  });

  test("the API may make every AWS call that the platform's code can make", () => {
    const actions = new Set(grants(stage("production"), "Api").keys());
    const calls = ["table", "queues", "objects"].flatMap((file) => {
      const code = readFileSync(join(import.meta.dirname, "../../core/platform", `${file}.ts`), "utf8");
      return [...code.matchAll(/\bnew (?:\w+\.)?(\w+)Command\b/g)].map((match) => match[1] ?? "");
    });
    expect(calls).not.toEqual([]);
    for (const call of new Set(calls)) {
      const needed = ACTIONS[call];
      expect(needed, `the actions that ${call} needs`).toBeDefined();
      for (const action of needed ?? []) expect(actions, call).toContain(action);
    }
  });
});

/** The SDK's commands → what IAM asks for. */
const ACTIONS: Record<string, string[]> = {
  GetItem: ["dynamodb:GetItem"],
  BatchGetItem: ["dynamodb:BatchGetItem"],
  Query: ["dynamodb:Query"],
  PutItem: ["dynamodb:PutItem"],
  UpdateItem: ["dynamodb:UpdateItem"],
  BatchWriteItem: ["dynamodb:BatchWriteItem"],
  TransactWriteItems: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
  SendMessage: ["sqs:SendMessage"],
  SendMessageBatch: ["sqs:SendMessage"],
  GetQueueAttributes: ["sqs:GetQueueAttributes"],
  GetObject: ["s3:GetObject"],
  HeadObject: ["s3:GetObject"],
  ListObjectsV2: ["s3:ListBucket"],
  PutObject: ["s3:PutObject"],
  CreateMultipartUpload: ["s3:PutObject"],
  UploadPart: ["s3:PutObject"],
  CompleteMultipartUpload: ["s3:PutObject"],
  AbortMultipartUpload: ["s3:AbortMultipartUpload"],
};
