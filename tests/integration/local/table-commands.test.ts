import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as Audit from "../../../core/audit/index.ts";
import { outboxWrite } from "../../../core/platform/events.ts";
import { type Feature, readSettings } from "../../../core/platform/features.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import { resourcesOf } from "../../../local/table-of.ts";
import { cloudContext } from "../../support/cloud.ts";

const { environment } = inject("cloud");

function run(command: string, args: string[], env: Record<string, string> = environment) {
  const { PATH = "" } = process.env;
  const options = { env: { PATH, ...env }, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("local", command), ...args], options);
  return { status, stdout, stderr };
}

describe("npm run verify-audit", () => {
  test("ends with 0 and tells the head where the chain is whole, with 1 where it is not, with 2 where it cannot say", async () => {
    const ctx = cloudContext();
    const { organizationId } = ctx.actor;
    const events = [1, 2, 3].flatMap((n) => {
      const write = outboxWrite(ctx, "it.happened", { n });
      return "put" in write ? [{ new: write.put }] : [];
    });
    await Audit.appendEvents(ctx, events);
    const asked = ["--organization", organizationId];
    const whole = run("verify-audit.ts", asked);
    expect([whole.status, whole.stderr]).toEqual([0, ""]);
    const head = /3 entries, the chain is whole; head (3:[\w-]{43})$/m.exec(whole.stdout)?.[1] ?? "";
    expect(run("verify-audit.ts", [...asked, "--head", head])).toMatchObject({ status: 0 });
    await ctx.table.batchWrite([{ remove: { pk: orgPartition(organizationId, "AUDIT"), sk: "000000000002" } }]);
    const broken = run("verify-audit.ts", [...asked, "--json"]);
    expect(broken.status).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({ isWhole: false, differences: ["Entry 2 is missing"] });
    for (const args of [[], ["--head", "3"], ["--nonsense"]])
      expect(run("verify-audit.ts", args[0] === "--head" ? [...asked, ...args] : args).status).toBe(2);
  });
});

describe("npm run features", () => {
  // Features are the whole table's, and other tests of this run have theirs on.
  const table = `features-${process.pid}`;
  const own = { ...environment, TABLE_NAME: table };
  const features = (...args: string[]) => run("features.ts", args, own);
  beforeAll(async () => {
    Object.assign(process.env, environment);
    const client = new DynamoDBClient({});
    const attribute = (name: string) => ({ AttributeName: name, AttributeType: "S" as const });
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [attribute("pk"), attribute("sk")],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
    client.destroy();
  });
  const isOn = async (name: Feature) => ((await readSettings(resourcesOf(table)))[name]?.percentage ?? 100) === 100;

  test("says what there is, switches it, and refuses what it does not know", async () => {
    const name = "enable_supplier_sync";
    expect(features()).toMatchObject({ status: 0, stdout: expect.stringContaining("enable_user_registration: 100 %") });
    expect(features(name, "off").stdout).toContain(`${name}: 0 % (since 2`);
    expect(await isOn(name)).toBe(false);
    expect(features(name, "10").stdout).toContain(`${name}: 10 %`);
    features(name, "on");
    expect(await isOn(name)).toBe(true);
    for (const args of [["no_such_feature", "on"], [name], [name, "101"], [name, "perhaps"]])
      expect(features(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining("npm run features") });
  });
});
