import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import type { Key } from "../../../core/platform/keys.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked } from "../../support/stock.ts";

const COMMAND = resolve("local/verify-ledger.ts");

describe("npm run verify-ledger", () => {
  const cwd = mkdtempSync(join(tmpdir(), "stockwright-verify-"));
  afterAll(() => rmSync(cwd, { recursive: true }));
  const { environment, endpoints, resources } = inject("cloud");
  const run = (args: string[], env: Record<string, string> = {}) => {
    const { PATH = "" } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
      cwd,
      env: { PATH, ...env },
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  let ctx: Context;
  beforeAll(async () => {
    ctx = cloudContext();
    await stocked(ctx, "A", 5);
  });
  const asked = () => ["--organization", ctx.actor.organizationId];

  it("ends with 2 and says what to do where there is no system", () => {
    expect(run([])).toMatchObject({ status: 2, stderr: expect.stringContaining("npm start") });
    expect(run(["--wrong"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--organization ID") });
  });

  it("ends with 0 where everything agrees, for the table of the environment", () => {
    const { status, stdout } = run(asked(), environment);
    expect([status, stdout]).toEqual([0, expect.stringContaining("1 products at 1 places, 1 lots, 1 ledger entries")]);
    expect(stdout).toContain("everything agrees");
  });

  it("ends with 1 and names what differs, also as JSON, for the running local system", async () => {
    mkdirSync(join(cwd, ".stockwright"));
    const local = {
      organizationId: ctx.actor.organizationId,
      endpoints: { dynamodb: endpoints.dynamodb, tableName: resources.tableName },
    };
    writeFileSync(join(cwd, ".stockwright/local.json"), JSON.stringify(local));
    const pk = `${ctx.actor.organizationId}#STOCK` as Key["pk"];
    const { items } = await ctx.table.query<Item>({ pk });
    const item = items.find(({ entity }) => entity === "stock") as (Key & Item) | undefined;
    if (!item) throw new Error("There is no stock");
    await ctx.table.put({ ...item, onHand: Number(item["onHand"]) + 1 });
    expect(run([])).toMatchObject({ status: 1, stdout: expect.stringContaining("(ON_HAND_NOT_LEDGER)") });
    const { status, stdout } = run(["--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      isClean: false,
      products: 1,
      found: expect.arrayContaining([expect.objectContaining({ code: "ON_HAND_NOT_LOTS", stored: 6, expected: 5 })]),
    });
  });
});
