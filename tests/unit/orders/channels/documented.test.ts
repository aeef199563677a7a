import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALIAS_STATUSES } from "../../../../core/orders/channels/alias.ts";
import type { Meaning } from "../../../../core/orders/channels/channel-status.ts";
import { EBAY_STATUSES } from "../../../../core/orders/channels/ebay-status.ts";
import { CHANNELS } from "../../../../core/orders/channels/index.ts";
import { SHOPIFY_STATUSES } from "../../../../core/orders/channels/shopify-status.ts";
import { STOCKX_STATUSES } from "../../../../core/orders/channels/stockx.ts";

const page = readFileSync("docs/channels.md", "utf8");

/** The rows of a chapter's table, without its head. */
const rowsOf = (chapter: string) =>
  (page.split(`\n### ${chapter}\n`)[1]?.split(/\n##+ /)[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);

const shown = ({ status, attention }: Meaning) => (attention ? `${status} !` : status);

test.each([
  ["StockX", STOCKX_STATUSES],
  ["Alias", ALIAS_STATUSES],
])("docs/channels.md has %s's statuses as the code has them", (chapter, statuses) => {
  expect(rowsOf(chapter)).toEqual(
    Object.entries(statuses).map(([word, meaning]) => `| \`${word}\` | ${shown(meaning)} |`),
  );
});

test.each([
  ["eBay", EBAY_STATUSES],
  ["Shopify", SHOPIFY_STATUSES],
])("docs/channels.md has %s's rules as the code has them", (chapter, { words, rules }) => {
  const cell = (among: readonly string[] | undefined) =>
    among?.map((word) => (word ? `\`${word}\`` : "none")).join(", ") ?? "–";
  expect(rowsOf(chapter)).toEqual(
    rules.map((rule) => {
      const when: Partial<Record<string, readonly string[]>> = rule.when;
      return `| ${Object.keys(words)
        .map((field) => cell(when[field]))
        .join(" | ")} | ${shown(rule)} |`;
    }),
  );
});

test("docs/channels.md names every channel and every warning", () => {
  for (const channel of CHANNELS) expect(page).toContain(`\n| \`${channel}\` |`);
  const code = globSync("core/orders/channels/*.ts").map((path) => readFileSync(path, "utf8"));
  const warned = code.flatMap((text) => [
    ...text.matchAll(/(?:\.warn|checkSame)\(\s*(?:notes,\s*)?[^,]+,\s*"([A-Z_]+)"/g),
  ]);
  expect(warned.length).toBeGreaterThan(12);
  for (const [, warning = ""] of warned) expect(page).toContain(`\`${warning}\``);
});
