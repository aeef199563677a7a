import { spawnSync } from "node:child_process";
import { expect, inject, it } from "vitest";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { ownTable } from "../../support/own-table.ts";
import { stocked } from "../../support/stock.ts";

const FIELD_KEY = "the-field-key-of-the-tests-0123456789012";
const NEXT = "the-next-secret-of-the-tests-9876543210";

it("npm run rotate-credentials ends with 1 while buyers are found by an earlier SECRET_KEY only, though all is encrypted with another", async () => {
  const tableName = await ownTable();
  const base = cloudContext({ tableName });
  const ctx = { ...base, config: { ...base.config, fieldKey: FIELD_KEY } };
  await stocked(ctx, "A", 1);
  const customer = { email: "demo.buyer@buyers.example" };
  await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }], customer });
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["local/rotate-credentials.ts", ...args], {
      env: {
        PATH: process.env["PATH"] ?? "",
        ...inject("cloud").environment,
        TABLE_NAME: tableName,
        SECRET_KEY: NEXT,
        SECRET_KEY_PREVIOUS: base.config.secretKey,
        FIELD_ENCRYPTION_KEY: FIELD_KEY,
      },
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  expect(run("--verify")).toMatchObject({ status: 1, stdout: expect.stringContaining("buyer: 1 under another key") });
  expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining("1 names of buyers made anew") });
  expect(run("--verify")).toMatchObject({ status: 0 });
});
