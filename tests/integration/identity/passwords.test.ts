import { describe, expect, test } from "vitest";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { browserOf, colleague, founder, freshAddress, mailedToken, mailsTo, PASSWORD } from "../../support/people.ts";

const HOUR = 3_600_000;

describe("a forgotten password", () => {
  const ask = async (api: Awaited<ReturnType<typeof apiHarness>>, email: string) =>
    api.request("POST", "/v1/auth/password-reset", { body: { email }, secret: null });

  test("is asked for with the same answer and calls whether there is an account or not", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around });
    const { email } = await founder(api);
    const attempt = async (address: string) => {
      calls.length = 0;
      const { status, text } = await ask(api, address);
      return { status, text, calls: [...calls] };
    };
    const stranger = freshAddress();
    expect(await attempt(stranger)).toEqual(await attempt(email));
    expect(await mailsTo(api, stranger)).toEqual([]);
    expect((await mailsTo(api, email)).at(-1)?.subject).toContain("new password");
  });

  test("is replaced once by the mailed token; every session ends, and other tokens with it", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { email, browser } = await founder(api);
    await ask(api, email);
    const earlier = await mailedToken(api, email);
    await ask(api, email);
    const token = await mailedToken(api, email);
    const password = "eight white egrets on the Han";
    const confirm = (body: unknown) => api.request("POST", "/v1/auth/password-reset/confirm", { body, secret: null });
    expectError(await confirm({ token, password: "password123" }), 400, "VALIDATION_ERROR");
    const answers = await Promise.all([confirm({ token, password }), confirm({ token, password })]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 400]);
    for (const used of [token, earlier]) expectError(await confirm({ token: used, password }), 400, "VALIDATION_ERROR");
    clock.advance(5_000);
    expectError(await browser.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
    const old = { email, password: PASSWORD };
    expectError(await api.request("POST", "/v1/auth/login", { body: old, secret: null }), 401, "UNAUTHENTICATED");
    await browserOf(api).signIn(email, { password });
    expect((await mailsTo(api, email)).at(-1)?.subject).toContain("was changed");
  });

  test("cannot be replaced after an hour, nor by a token of another purpose", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const owner = await founder(api);
    await ask(api, owner.email);
    const token = await mailedToken(api, owner.email);
    const body = { token, password: PASSWORD };
    expectError(
      await api.request("POST", "/v1/auth/verify-email", { body: { token }, secret: null }),
      400,
      "VALIDATION_ERROR",
    );
    clock.advance(HOUR);
    expectError(
      await api.request("POST", "/v1/auth/password-reset/confirm", { body, secret: null }),
      400,
      "VALIDATION_ERROR",
    );
  });
});

test("changing the password needs the current one, rotates this session and ends the others", async () => {
  const clock = stoppedClock(Date.now());
  const api = await apiHarness({ now: clock.now });
  const owner = await founder(api);
  const { browser, email } = await colleague(api, owner, "operator");
  const other = browserOf(api);
  await other.signIn(email);
  const newPassword = "eight white egrets on the Han";
  const change = (currentPassword: string) =>
    browser.request("POST", "/v1/auth/change-password", { body: { currentPassword, newPassword } });
  expectError(await change("not the password"), 400, "VALIDATION_ERROR");
  const before = browser.cookies.get("session");
  expect((await change(PASSWORD)).status).toBe(200);
  expect(browser.cookies.get("session")).not.toBe(before);
  clock.advance(5_000);
  await browser.request("GET", "/v1/users/me", { expected: 200 });
  expectError(await other.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
  await browserOf(api).signIn(email, { password: newPassword });
});
