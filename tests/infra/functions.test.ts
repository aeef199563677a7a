import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENT, HTTP, QUEUES, SCHEDULES, STREAM } from "../../stacks/definitions.ts";
import { SECRET_KEY, STAGES } from "./scenarios.ts";
import { all, environment, find, FUNCTION, functions, isSecret, needStacks, stage, text } from "./support.ts";

const ROOT = join(import.meta.dirname, "..", "..");

const DEFINED = {
  Api: HTTP.api,
  Docs: HTTP.docs,
  ImportsWorker: QUEUES.imports,
  SupplierSyncWorker: QUEUES.supplierSync,
  PurchasesWorker: QUEUES.purchases,
  ChannelUpdatesWorker: QUEUES.channelUpdates,
  ChannelOrdersWorker: QUEUES.channelOrders,
  WebhookEventsWorker: QUEUES.webhookEvents,
  OutboundWebhooksWorker: QUEUES.outboundWebhooks,
  StreamConsumer: STREAM,
  DueSyncs: SCHEDULES.dueSyncs,
  StuckWork: SCHEDULES.stuckWork,
  ExpiredStock: SCHEDULES.expiredStock,
  DueWebhooks: SCHEDULES.dueWebhooks,
};

/** API Gateway hangs up after 30 seconds; the function must have answered before. */
const GATEWAY_TIMEOUT_SECONDS = 30;

describe("every function", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    test("that is defined exists with its memory and timeout, and no other", () => {
      const found = [...functions(stage(name))].map(([logicalName, { memorySize, timeout }]) => [
        logicalName,
        { memorySize, timeout },
      ]);
      const defined = Object.entries(DEFINED).map(([logicalName, { memoryMb, timeoutSeconds }]) => [
        logicalName,
        { memorySize: memoryMb, timeout: timeoutSeconds },
      ]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(defined));
    });

    test("runs Node 24 on arm64", () => {
      for (const [logicalName, inputs] of functions(stage(name))) {
        expect(inputs, logicalName).toMatchObject({ runtime: "nodejs24.x", architectures: ["arm64"] });
      }
    });

    test("writes to a log of its own that is not kept for ever", () => {
      const logs = [...all(stage(name), "aws:cloudwatch/logGroup:LogGroup").values()];
      const days = { production: 90, staging: 30, personal: 7 }[name];
      for (const [logicalName, inputs] of functions(stage(name))) {
        const { logGroup } = inputs["loggingConfig"] as { logGroup: string };
        expect(logGroup, logicalName).toMatch(new RegExp(`^/aws/lambda/.*-${logicalName}$`));
        expect(
          logs.find((log) => log["name"] === logGroup),
          logicalName,
        ).toMatchObject({ retentionInDays: days });
      }
      for (const log of logs) expect(log["retentionInDays"], text(log["name"])).toBeGreaterThan(0);
    });
  });

  test("is one minified ES module bundle of its own, with what is used late kept apart", () => {
    const builds = stage("production").builds;
    expect(builds.map((build) => build.functionID).toSorted()).toEqual(Object.keys(DEFINED).toSorted());
    for (const build of builds) {
      expect(build.properties, build.functionID).toMatchObject({ format: "esm", minify: true, splitting: true });
    }
  });

  test("is made from a file that exports its handler", () => {
    for (const { functionID, handler } of stage("production").builds) {
      expect(handler, functionID).toMatch(/\.handler$/);
      const file = join(ROOT, handler.replace(/\.handler$/, ".ts"));
      expect(existsSync(file), file).toBe(true);
      expect(readFileSync(file, "utf8"), file).toMatch(/export (const|async function|function) handler\b/);
    }
  });

  test("that answers HTTP does so before API Gateway hangs up", () => {
    for (const { timeoutSeconds } of Object.values(HTTP)) expect(timeoutSeconds).toBeLessThan(GATEWAY_TIMEOUT_SECONDS);
  });
});

describe("a function's environment", () => {
  needStacks();

  test("names the table, the bucket and the queues that were made", () => {
    const made = new Set(stage("production").resources.map(({ inputs }) => inputs["name"] ?? inputs["bucket"]));
    const lastPart = (address: string) => address.slice(address.lastIndexOf("/") + 1);
    for (const [logicalName, inputs] of functions(stage("production"))) {
      if (logicalName === "Docs") continue;
      const variables = environment(inputs);
      for (const variable of [ENVIRONMENT.table, ENVIRONMENT.bucket, ...Object.values(ENVIRONMENT.queueUrl)]) {
        expect(made, `${logicalName} ${variable}`).toContain(lastPart(text(variables[variable])));
      }
    }
  });

  test("carries the secret only where the application is configured, and marked as secret", () => {
    for (const [logicalName, inputs] of functions(stage("production"))) {
      const isConfigured = logicalName !== "Docs";
      expect(environment(inputs)["SECRET_KEY"], logicalName).toBe(isConfigured ? SECRET_KEY : undefined);
      const { inputs: raw } = find(stage("production"), FUNCTION, `${logicalName}Function`);
      expect(isSecret(raw["environment"]), logicalName).toBe(isConfigured);
    }
  });

  test("has empty Redis variables where no Redis was given", () => {
    for (const [logicalName, inputs] of functions(stage("production"))) {
      if (logicalName === "Docs") continue;
      expect(environment(inputs), logicalName).toMatchObject({
        UPSTASH_REDIS_REST_URL: "",
        UPSTASH_REDIS_REST_TOKEN: "",
      });
    }
  });
});

describe("the docs function", () => {
  needStacks();

  test("brings the page's assets along, from files that are installed", () => {
    const build = stage("production").builds.find(({ functionID }) => functionID === "Docs");
    const copied = build?.copyFiles.map(({ to }) => to) ?? [];
    expect(copied).toEqual(
      expect.arrayContaining([
        "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
        "node_modules/swagger-ui-dist/swagger-ui.css",
      ]),
    );
    for (const file of copied) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });
});
