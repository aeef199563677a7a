import { spawnSync } from "node:child_process";
import { readFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { apiHarness } from "../../support/harness.ts";
import { BUYER, boughtOrder, shopOf } from "../../support/privacy.ts";

describe("npm run export-a-person and erase-a-person", () => {
  const cwd = mkdtempSync(join(tmpdir(), "stockwright-person-"));
  afterAll(() => rmSync(cwd, { recursive: true }));
  const { environment } = inject("cloud");
  let ctx: Context;
  beforeAll(async () => {
    ({ ctx } = await apiHarness());
    await shopOf(ctx);
    await boughtOrder(ctx, "delivered");
    await boughtOrder(ctx, "under way");
  });
  const run = (command: string, args: string[], env: Record<string, string> = {}) => {
    const { PATH = "" } = process.env;
    const key = { SECRET_KEY: ctx.config.secretKey };
    const all = [resolve(`local/${command}.ts`), "--organization", ctx.actor.organizationId, ...args];
    const done = spawnSync(process.execPath, all, {
      cwd,
      env: { PATH, ...environment, ...key, ...env },
      encoding: "utf8",
    });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
  };

  it("say what they need, and do nothing without a yes", () => {
    expect(run("erase-a-person", ["--email", BUYER.email])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--yes"),
    });
    expect(run("export-a-person", [])).toMatchObject({ status: 2 });
    expect(run("export-a-person", ["--email", BUYER.email], { SECRET_KEY: "" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("SECRET_KEY"),
    });
    expect(run("erase-a-person", ["--email", BUYER.email, "--yes", "--organization", "org_nobody"]).status).toBe(2);
  });

  it("hand out all that is kept, into a file that only its owner reads", () => {
    const out = join(cwd, "person.json");
    expect(run("export-a-person", ["--email", BUYER.email, "--out", out])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("2 orders"),
    });
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ orders: [{ customer: BUYER }, { customer: BUYER }] });
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it("erase what may be, say what waits, and end with 0 once there is nothing left", () => {
    expect(run("erase-a-person", ["--email", BUYER.email, "--yes"])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("1 orders wait"),
    });
    expect(run("erase-a-person", ["--email", BUYER.email, "--even-if-open", "--yes"]).status).toBe(0);
    const after = run("export-a-person", ["--email", BUYER.email]);
    expect(JSON.parse(after.stdout)).toMatchObject({ orders: [] });
  });
});
