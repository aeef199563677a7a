import { describe, expect, test } from "vitest";
import { faultsOf, type Statement } from "./policy.ts";

const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/stockwright";

function allow(Action: string | string[], Resource: string | string[]): Statement {
  return { Effect: "Allow", Action, Resource };
}

describe("the policy checker", () => {
  test.each([
    ["a table and its indexes", allow("dynamodb:Query", [TABLE, `${TABLE}/index/*`])],
    ["a bucket's objects", allow(["s3:GetObject"], "arn:aws:s3:::stockwright-files/*")],
    [
      "a log group's streams",
      allow("logs:PutLogEvents", "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/a:log-stream:*"),
    ],
    ["a queue", allow("sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:imports")],
  ])("takes %s", (_what, statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });

  test.each([
    ["every resource", allow("dynamodb:Query", "*")],
    ["every resource among named ones", allow("dynamodb:Query", [TABLE, "*"])],
    ["every table", allow("dynamodb:Query", "arn:aws:dynamodb:eu-central-1:123456789012:table/*")],
    ["tables by a prefix", allow("dynamodb:Query", "arn:aws:dynamodb:eu-central-1:123456789012:table/stock*")],
    ["every queue", allow("sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:*")],
    ["a queue in every account", allow("sqs:SendMessage", "arn:aws:sqs:eu-central-1:*:imports")],
    ["every bucket", allow("s3:GetObject", "arn:aws:s3:::*")],
    ["every bucket's objects", allow("s3:GetObject", "arn:aws:s3:::*/*")],
    ["every log group", allow("logs:PutLogEvents", "arn:aws:logs:eu-central-1:1:log-group:*")],
    ["every action", allow("*", TABLE)],
    ["every action of a service", allow(["dynamodb:GetItem", "dynamodb:*"], TABLE)],
    ["no resource", allow("dynamodb:GetItem", [])],
    ["what is no ARN", allow("dynamodb:GetItem", "stockwright")],
  ])("refuses %s", (_what, statement) => {
    expect(faultsOf(statement)).not.toEqual([]);
  });

  test("has nothing against a denial, however broad", () => {
    expect(faultsOf({ Effect: "Deny", Action: "s3:*", Resource: "*" })).toEqual([]);
  });
});
