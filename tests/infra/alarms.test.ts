import { describe, expect, test } from "vitest";
import { STAGES } from "./scenarios.ts";
import { ALARM, all, functions, needStacks, only, QUEUE, stage, TABLE, text } from "./support.ts";

type Stage = (typeof STAGES)[number];

/** `metric subject` of every alarm, such as `Errors stockwright-production-ApiFunction-abc`. */
function watched(name: Stage): string[] {
  return [...all(stage(name), ALARM).values()].map(({ metricName, dimensions }) =>
    [metricName, ...Object.values(dimensions as Record<string, string>)].join(" "),
  );
}

describe("somebody is told", () => {
  needStacks();

  describe.each(STAGES)("in %s", (name) => {
    test("of the first message in any dead-letter queue", () => {
      const queues = [...all(stage(name), QUEUE)].filter(([logicalName]) => logicalName.endsWith("DeadLettersQueue"));
      expect(queues.length).toBeGreaterThan(0);
      for (const [logicalName, queue] of queues) {
        const alarm = [...all(stage(name), ALARM).values()].find(
          ({ dimensions }) => (dimensions as { QueueName?: string }).QueueName === queue["name"],
        );
        expect(alarm, logicalName).toMatchObject({
          metricName: "ApproximateNumberOfMessagesVisible",
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
        });
      }
    });

    test("of a message that waits through two tries", () => {
      for (const [logicalName, queue] of all(stage(name), QUEUE)) {
        if (logicalName.endsWith("DeadLettersQueue")) continue;
        expect(watched(name), logicalName).toContain(`ApproximateAgeOfOldestMessage ${text(queue["name"])}`);
      }
      const ages = [...all(stage(name), ALARM)].filter(([logicalName]) => logicalName.endsWith("AgeAlarm"));
      const visibility = [...all(stage(name), QUEUE).values()].map(({ visibilityTimeoutSeconds: seconds }) => seconds);
      for (const [logicalName, { threshold }] of ages) {
        expect(
          visibility.map((seconds) => 2 * Number(seconds)),
          logicalName,
        ).toContain(threshold);
      }
    });

    test("of errors and throttles of every function", () => {
      for (const [logicalName, inputs] of functions(stage(name))) {
        for (const metric of ["Errors", "Throttles"]) {
          expect(watched(name), logicalName).toContain(`${metric} ${text(inputs["name"])}`);
        }
      }
    });

    test("of the API's 5xx, of a stream that falls behind, and of a throttled table", () => {
      const table = text(only(stage(name), TABLE)["name"]);
      const consumer = text(functions(stage(name)).get("StreamConsumer")?.["name"]);
      expect(watched(name)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^5xx /),
          `IteratorAge ${consumer}`,
          `ReadThrottleEvents ${table}`,
          `WriteThrottleEvents ${table}`,
        ]),
      );
    });

    test("by one topic, of every alarm and of its end, and never because nothing happened", () => {
      for (const [logicalName, alarm] of all(stage(name), ALARM)) {
        const topic = [expect.stringMatching(/^arn:aws:sns:/)];
        expect(alarm, logicalName).toMatchObject({
          alarmActions: topic,
          okActions: topic,
          treatMissingData: "notBreaching",
        });
      }
    });
  });

  test("by mail where an address was given", () => {
    const subscription = "aws:sns/topicSubscription:TopicSubscription";
    expect(only(stage("production"), subscription)).toMatchObject({
      protocol: "email",
      endpoint: "operator@example.com",
    });
    expect(all(stage("personal"), subscription).size).toBe(0);
  });
});
