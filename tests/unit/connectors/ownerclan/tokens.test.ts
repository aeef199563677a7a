import { expect, test } from "vitest";
import { isFresh } from "../../../../core/connectors/index.ts";
import { connector } from "../../../../core/connectors/ownerclan/connector.ts";
import { readToken } from "../../../../core/connectors/ownerclan/tokens.ts";
import { issueToken } from "../../../../local/sandbox/ownerclan/tokens.ts";

const NOW = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const month = issueToken("demo-seller", NOW, 30 * 24 * 3_600);

test.each([
  ["plain text", month],
  ["text with white space around it", `  ${month}\n`],
  ["text in quotes", `"${month}"`],
  ["access_token", { access_token: month }],
  ["token", { token: month, expiresIn: 60 }],
])("a token is taken from %s, and lasts as long as it says itself", (_form, answer) => {
  expect(readToken(answer, NOW)).toEqual({ accessToken: month, expiresAt: NOW + 30 * DAY });
});

test("a token is replaced from a day before its end", () => {
  const token = readToken(month, NOW);
  expect(isFresh(connector, token, NOW + 29 * DAY - 1)).toBe(true);
  expect(isFresh(connector, token, NOW + 29 * DAY)).toBe(false);
});

test.each([
  ["an hour of which nothing says so", "opaque-token-of-the-tests", HOUR],
  ["the seconds beside it", { access_token: "opaque-token-of-the-tests", expires_in: 7_200 }, 2 * HOUR],
])("a token that lasts %s is replaced at half its life, not at once", (_what, answer, lasts) => {
  const token = readToken(answer, NOW);
  expect(isFresh(connector, token, NOW + lasts / 2 - 1)).toBe(true);
  expect(isFresh(connector, token, NOW + lasts / 2)).toBe(false);
});

test.each([
  ["an error page", "<html>Bad gateway</html>"],
  ["nothing", ""],
  ["an object without one", {}],
])("%s is no token", (_what, answer) => {
  expect(() => readToken(answer, NOW)).toThrow("answered no token");
});

test("a token that has ended is none", () => {
  expect(() => readToken(issueToken("demo-seller", NOW - DAY, 60), NOW)).toThrow("has ended");
});
