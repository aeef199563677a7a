import { describe, expect, test } from "vitest";
import { HTTP, SCHEDULES, STREAM } from "../../stacks/definitions.ts";
import { all, functions, MAPPING, needStacks, only, QUEUE, stage, text } from "./support.ts";

const production = () => stage("production");

function functionName(arn: unknown): string | undefined {
  const name = text(arn).split(":").at(-1);
  return [...functions(production())].find(([, inputs]) => inputs["name"] === name)?.[0];
}

describe("the API's gateway", () => {
  needStacks();

  test("sends each defined route to its function, as payload 2.0, and has no other", () => {
    const integrations = all(production(), "aws:apigatewayv2/integration:Integration");
    const routes = [...all(production(), "aws:apigatewayv2/route:Route").values()].map((route) => {
      const integration = integrations.get(text(route["target"]).replace("integrations/", ""));
      expect(integration).toMatchObject({ integrationType: "AWS_PROXY", payloadFormatVersion: "2.0" });
      return [route["routeKey"], functionName(integration?.["integrationUri"])];
    });
    expect(Object.fromEntries(routes)).toEqual({ [HTTP.api.route]: "Api", [HTTP.docs.route]: "Docs" });
  });

  test("leaves CORS to the app, which knows the stage's origins", () => {
    expect(only(production(), "aws:apigatewayv2/api:Api")["corsConfiguration"]).toEqual({});
  });

  test("limits what one burst can cost", () => {
    const { defaultRouteSettings } = only(production(), "aws:apigatewayv2/stage:Stage");
    expect(defaultRouteSettings).toEqual({
      throttlingRateLimit: expect.any(Number),
      throttlingBurstLimit: expect.any(Number),
    });
  });

  test("answers at a domain of its own when one is given", () => {
    const withDomain = stage("productionWithDomain");
    expect(withDomain.outputs["url"]).toBe("https://api.example.com");
    expect(only(withDomain, "aws:apigatewayv2/domainName:DomainName")).toMatchObject({
      domainName: "api.example.com",
      domainNameConfiguration: { securityPolicy: "TLS_1_2" },
    });
  });
});

describe("the table's stream", () => {
  needStacks();

  const mapping = () => {
    const found = [...all(production(), MAPPING).values()].find((inputs) =>
      text(inputs["eventSourceArn"]).includes("/stream/"),
    );
    if (!found) throw new Error("Nothing consumes the table's stream");
    return found;
  };

  test("is consumed from its oldest record, so that the first deploy misses none", () => {
    expect(functionName(mapping()["functionName"])).toBe("StreamConsumer");
    expect(mapping()).toMatchObject({ startingPosition: "TRIM_HORIZON", batchSize: STREAM.batchSize });
  });

  test("gets past a poisonous record: only it is retried, halved out, given up after a bounded number of tries", () => {
    expect(mapping()).toMatchObject({
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: STREAM.maximumRetryAttempts,
    });
  });

  test("is filtered at its source: only changes of products, stock, orders, selling locations, listings, events and mails call the function", () => {
    const { filters } = mapping()["filterCriteria"] as { filters: { pattern: string }[] };
    const consumed = { entity: { S: ["product", "event", "stock", "order", "listing", "location-directory", "mail"] } };
    expect(filters.map(({ pattern }): unknown => JSON.parse(pattern))).toEqual([
      { dynamodb: { NewImage: consumed } },
      { dynamodb: { OldImage: consumed } },
    ]);
  });

  test("keeps a record that was given up", () => {
    const name = text(all(production(), QUEUE).get("StreamDeadLettersQueue")?.["name"]);
    expect(mapping()["destinationConfig"]).toEqual({
      onFailure: { destinationArn: expect.stringMatching(`:${name}$`) },
    });
  });
});

describe("a schedule", () => {
  needStacks();

  const schedules = () => [...all(production(), "aws:scheduler/schedule:Schedule").values()];
  const target = (schedule: Record<string, unknown>) => schedule["target"] as Record<string, unknown>;

  test("calls its function at the defined rate", () => {
    const found = schedules().map((schedule) => [
      functionName(target(schedule)["arn"]),
      [schedule["scheduleExpression"], schedule["state"]],
    ]);
    expect(Object.fromEntries(found)).toEqual({
      DueSyncs: [SCHEDULES.dueSyncs.rate, "ENABLED"],
      StuckWork: [SCHEDULES.stuckWork.rate, "ENABLED"],
      ExpiredStock: [SCHEDULES.expiredStock.rate, "ENABLED"],
      DueWebhooks: [SCHEDULES.dueWebhooks.rate, "ENABLED"],
    });
  });

  test("tells the function its slot, in the form of an EventBridge event", () => {
    for (const schedule of schedules()) {
      expect(JSON.parse(text(target(schedule)["input"]))).toMatchObject({
        "detail-type": "Scheduled Event",
        time: "<aws.scheduler.scheduled-time>",
        id: "<aws.scheduler.execution-id>",
      });
    }
  });

  test("keeps a call that could not be made, and does not repeat one that failed", () => {
    const name = text(all(production(), QUEUE).get("SchedulesDeadLettersQueue")?.["name"]);
    for (const schedule of schedules()) {
      expect(target(schedule)["deadLetterConfig"]).toEqual({ arn: expect.stringMatching(`:${name}$`) });
    }
    const invocations = [
      ...all(production(), "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").values(),
    ];
    expect(invocations).toHaveLength(schedules().length);
    for (const invocation of invocations) expect(invocation).toMatchObject({ maximumRetryAttempts: 0 });
  });
});
