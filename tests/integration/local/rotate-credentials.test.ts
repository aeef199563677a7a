import { spawnSync } from "node:child_process";
import { expect, inject, it } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { ownTable } from "../../support/own-table.ts";

/** The command as people run it. */
function run(args: string[], env: Record<string, string>) {
  const { environment } = inject("cloud");
  const { PATH = "" } = process.env;
  const all = ["local/rotate-credentials.ts", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    env: { PATH, ...environment, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

it("npm run rotate-credentials counts what is under another key, and ends with 1 while there is some that stays", async () => {
  const TABLE_NAME = await ownTable();
  const ctx = cloudContext({ tableName: TABLE_NAME });
  await Accounts.createAccount(ctx, {
    provider: "ownerclan",
    name: "Wholesale",
    credentials: { username: "demo", password: "demo-password" },
  });
  const { secretKey } = ctx.config;
  const keys = {
    TABLE_NAME,
    SECRET_KEY: secretKey,
    FIELD_ENCRYPTION_KEY: "the-next-field-key-of-the-tests-9876543210",
  };
  const rolled = run(["--verify", "--json"], keys);
  expect(rolled, rolled.stderr).toMatchObject({ status: 1, stderr: "" });
  const found = JSON.parse(rolled.stdout) as { items: number; left: Record<string, number> };
  expect(found.left["account-credentials"]).toBeGreaterThanOrEqual(2);
  expect(rolled.stdout).not.toContain("demo-password");
  expect(run(["--verify"], keys).stdout).toMatch(/account-credentials: \d+ under another key/);
});

it("npm run rotate-credentials says what it needs", () => {
  expect(run(["--verify"], { SECRET_KEY: "" })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("SECRET_KEY must be there too"),
  });
  expect(run(["--of-nobody"], { SECRET_KEY: "unused" })).toMatchObject({ status: 2 });
  expect(run(["--help"], {})).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("FIELD_ENCRYPTION_KEY_PREVIOUS"),
  });
});
