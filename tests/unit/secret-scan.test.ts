import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

/** What real credentials look like. Those of the tests say that they are, by a word that no generated one has. */
const CREDENTIALS: Record<string, RegExp> = {
  "a private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/,
  "an AWS access key": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  "a live key of Stripe": /\b[rs]k_live_[0-9A-Za-z]{16,}/,
  "a secret of Stripe's or Standard Webhooks": /\bwhsec_[0-9A-Za-z+/]{32,}={0,2}/,
  "an API key of ours": /\bsk_[A-Za-z0-9_-]{43}\b/,
  "a token of GitHub": /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,})/,
  "a token of Slack": /\bxox[abprs]-[0-9A-Za-z-]{10,}/,
  "a key of Google": /\bAIza[0-9A-Za-z_-]{35}/,
  "a signed token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
};
const MADE_UP = /example|test|fake|dummy|unknown|nobody|published|misplaced|0123456789|abcdef|xxxx|x{8}|aaaa/i;
/** Base64 of text that says so: "secret of the tests only!!!", "another secret of the tests", "the secret of yesterday....". */
const MADE_UP_ENCODED =
  /c2VjcmV0IG9mIHRoZSB0ZXN0cyBvbmx5|YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Rz|dGhlIHNlY3JldCBvZiB5ZXN0ZXJkYXk/;
const MOST_BYTES = 2 * 1024 * 1024;

function files(): string[] {
  const git = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  return execFileSync("git", git, { encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

function isRepository(): boolean {
  try {
    return (
      execFileSync("git", ["rev-parse", "--is-inside-work-tree"], { encoding: "utf8", stdio: "pipe" }).trim() === "true"
    );
  } catch {
    return false;
  }
}

test.skipIf(!isRepository())("no file of the repository holds what looks like a real credential", () => {
  const found: string[] = [];
  for (const path of files()) {
    if (statSync(path).size > MOST_BYTES) continue;
    const text = readFileSync(path, "utf8");
    for (const [what, form] of Object.entries(CREDENTIALS))
      for (const [match] of text.matchAll(new RegExp(form, "g"))) {
        const line = text.slice(0, text.indexOf(match)).split("\n").length;
        if (!MADE_UP.test(match) && !MADE_UP_ENCODED.test(match)) found.push(`${path}:${line} holds ${what}`);
      }
  }
  expect(found).toEqual([]);
});

test("each form of credential is found where it is", () => {
  const random = "Zq3Lr8Vn2Kt7Wb5Yd9Hs4Jc6Mf1Pg0XaReUi";
  // Put together here, so that this file does not hold what it looks for.
  const samples = [
    ["-----BEGIN PRIVATE", ` KEY-----\n${random}${random}`],
    ["AKIA", "Q3LR8VN2KT7WB5YD"],
    ["sk_", `live_${random}`],
    ["whsec_", random],
    ["sk_", `${random}Zq3Lr8V`],
    ["ghp_", random],
    ["xoxb-", random],
    ["AIza", random.slice(0, 35)],
    ["eyJ", `${random}.eyJ${random}.${random}`],
  ].map((parts) => parts.join(""));
  for (const [index, form] of Object.values(CREDENTIALS).entries()) {
    expect(samples[index]).toMatch(form);
    expect(samples[index]).not.toMatch(MADE_UP);
  }
});
