import { createHash } from "node:crypto";

/** AWS's answers, made up from the question alone: names, addresses and policy documents in their real forms. */
const ACCOUNT = "123456789012";
const REGION = "eu-central-1";

type Values = Record<string, unknown>;

export function answerCall(token: string, inputs: Values): Values {
  if (token === "aws:iam/getPolicyDocument:getPolicyDocument") return policyDocument(inputs);
  if (token === "aws:index/getRegion:getRegion") return { region: REGION, id: REGION };
  if (token === "aws:index/getPartition:getPartition") return { partition: "aws", id: "aws" };
  if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: ACCOUNT, id: ACCOUNT };
  throw new Error(`No answer is made up for the call ${token}`);
}

export function createdState(type: string, logicalName: string, inputs: Values): { id: string; state: Values } {
  const name = physicalName(logicalName, inputs);
  const arn = arnOf(type, name);
  const id = type === "aws:sqs/queue:Queue" ? `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}` : name;
  const extra: Values =
    {
      "aws:sqs/queue:Queue": { url: id },
      "aws:dynamodb/table:Table": { streamArn: `${arn}/stream/2026-01-01T00:00:00.000` },
      "aws:lambda/function:Function": { invokeArn: arn, qualifiedArn: `${arn}:1`, version: "1" },
      "aws:apigatewayv2/api:Api": {
        apiEndpoint: `https://${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
        executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${name}`,
      },
      "aws:acm/certificate:Certificate": {
        domainValidationOptions: [
          {
            domainName: inputs["domainName"],
            resourceRecordName: "_x",
            resourceRecordType: "CNAME",
            resourceRecordValue: "_y",
          },
        ],
      },
      // SST's own look-up of the Route 53 zone that holds a domain.
      "pulumi-nodejs:dynamic:Resource": { zoneId: "Z0123456789" },
      "random:index/randomBytes:RandomBytes": {
        base64: createHash("sha256").update(logicalName).digest("base64"),
      },
    }[type] ?? {};
  return { id, state: { name, arn, ...inputs, ...extra } };
}

function physicalName(logicalName: string, inputs: Values): string {
  const given = inputs["name"] ?? inputs["bucket"];
  return typeof given === "string" ? given : logicalName;
}

function arnOf(type: string, name: string): string {
  const regional = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return `arn:aws:s3:::${name}`;
    case "aws:iam/role:Role":
      return `arn:aws:iam::${ACCOUNT}:role/${name}`;
    case "aws:dynamodb/table:Table":
      return regional("dynamodb", `table/${name}`);
    case "aws:lambda/function:Function":
      return regional("lambda", `function:${name}`);
    case "aws:cloudwatch/logGroup:LogGroup":
      return regional("logs", `log-group:${name}`);
    default:
      return regional(type.split(/[:/]/)[1] ?? "aws", name);
  }
}

function policyDocument(inputs: Values): Values {
  const statements = Array.isArray(inputs["statements"]) ? (inputs["statements"] as Values[]) : [];
  const document = {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      Effect: statement["effect"] ?? "Allow",
      Action: statement["actions"],
      Resource: statement["resources"],
      Principal: statement["principals"],
      Condition: statement["conditions"],
    })),
  };
  return { statements, json: JSON.stringify(document), id: "document" };
}
