import { describe, expect, test } from "vitest";
import { MAX_RECEIVE_COUNT, QUEUES, VISIBILITY_FACTOR } from "../../stacks/definitions.ts";
import type { Evaluated } from "./evaluation/evaluation.ts";
import { STAGES } from "./scenarios.ts";
import { all, functions, MAPPING, needStacks, QUEUE, stage, text } from "./support.ts";

const isDeadLetters = (name: string) => name.endsWith("DeadLettersQueue");

function workQueues(evaluated: Evaluated) {
  return [...all(evaluated, QUEUE)].filter(([name]) => !isDeadLetters(name));
}

/** The mapping that feeds a function from a queue, with that function. */
function consumer(evaluated: Evaluated, queueName: string) {
  const mapping = [...all(evaluated, MAPPING).values()].find((inputs) =>
    text(inputs["eventSourceArn"]).endsWith(`:${queueName}`),
  );
  const worker = [...functions(evaluated).values()].find((inputs) =>
    text(mapping?.["functionName"]).endsWith(`:${text(inputs["name"])}`),
  );
  if (!mapping || !worker) throw new Error(`Nothing works the queue ${queueName}`);
  return { mapping, worker };
}

describe("every queue", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    test("that is defined exists, and no other", () => {
      expect(
        workQueues(stage(name))
          .map(([logicalName]) => logicalName.toLowerCase())
          .toSorted(),
      ).toEqual(
        Object.keys(QUEUES)
          .map((queue) => `${queue}Queue`.toLowerCase())
          .toSorted(),
      );
    });

    test("gives up a message to a dead-letter queue after the defined number of tries", () => {
      const queues = all(stage(name), QUEUE);
      for (const [logicalName, inputs] of workQueues(stage(name))) {
        const redrive = JSON.parse(text(inputs["redrivePolicy"])) as Record<string, unknown>;
        const target = queues.get(logicalName.replace(/Queue$/, "DeadLettersQueue"));
        expect(redrive, logicalName).toEqual({
          maxReceiveCount: MAX_RECEIVE_COUNT,
          deadLetterTargetArn: expect.stringMatching(`:${text(target?.["name"])}$`),
        });
      }
    });

    test("hides a message six times as long as the function that works it may run", () => {
      for (const [logicalName, inputs] of workQueues(stage(name))) {
        const { worker } = consumer(stage(name), text(inputs["name"]));
        expect(inputs["visibilityTimeoutSeconds"], logicalName).toBe(Number(worker["timeout"]) * VISIBILITY_FACTOR);
      }
    });

    test("takes back only the messages of a batch that failed", () => {
      for (const [logicalName, inputs] of workQueues(stage(name))) {
        const { mapping } = consumer(stage(name), text(inputs["name"]));
        expect(mapping["functionResponseTypes"], logicalName).toEqual(["ReportBatchItemFailures"]);
      }
    });

    test("leaves concurrency for the API", () => {
      for (const [logicalName, inputs] of workQueues(stage(name))) {
        const { mapping } = consumer(stage(name), text(inputs["name"]));
        expect(mapping["scalingConfig"], logicalName).toEqual({ maximumConcurrency: expect.any(Number) });
      }
    });

    test("is encrypted, and forgets long before its dead letters do", () => {
      const deadLetterDays = 14;
      for (const [logicalName, inputs] of all(stage(name), QUEUE)) {
        const days = Number(inputs["messageRetentionSeconds"]) / 86_400;
        expect(inputs["sqsManagedSseEnabled"], logicalName).toBe(true);
        expect(days, logicalName).toBe(isDeadLetters(logicalName) ? deadLetterDays : 4);
      }
    });
  });
});
