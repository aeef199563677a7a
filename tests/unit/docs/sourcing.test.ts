import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ERROR_STATUS } from "../../../core/platform/errors.ts";
import { SOURCE_CODES } from "../../../core/sourcing/index.ts";
import { SourcingSearchAnswer } from "../../../functions/api/answers/sourcing.ts";

const page = readFileSync("docs/sourcing.md", "utf8");
const report = { accountId: "acc_1", provider: "x", name: "X", status: "failed", count: 0, ms: 1, cached: false };
const { sources } = SourcingSearchAnswer.unwrap().shape;

it.each(SOURCE_CODES)("%s, by which a source may say why it failed, is in docs/sourcing.md", (code) => {
  expect(page).toContain(`\`${code}\``);
});

it("the API documents every code that a source may fail with, and no others", () => {
  for (const code of [...SOURCE_CODES, ...Object.keys(ERROR_STATUS)])
    expect(sources.safeParse([{ ...report, code }]).success).toBe(true);
  expect(sources.safeParse([{ ...report, code: "SOMETHING_ELSE" }]).success).toBe(false);
});
