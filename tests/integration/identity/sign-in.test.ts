import { describe, expect, test } from "vitest";
import { findAccountByEmail } from "../../../core/identity/user.store.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { browserOf, colleague, founder, freshAddress, mailedToken, mailsTo, PASSWORD } from "../../support/people.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("signing in by password", () => {
  test("S3-09: gives a cookie that scripts cannot read and other sites do not send, and begins a new session each time", async () => {
    const api = await apiHarness({ now: stoppedClock(Date.now()).now });
    const { email } = await founder(api);
    const browser = browserOf(api);
    const body = { email: ` ${email.toUpperCase()}`, password: PASSWORD };
    const answer = await browser.request("POST", "/v1/auth/login", { body, expected: 200 });
    const [line] = answer.headers.getSetCookie();
    expect(line).toMatch(/^session=[\w-]{121}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
    expect(answer.text).not.toContain(browser.cookies.get("session"));
    const first = browser.cookies.get("session");
    await browser.signIn(email);
    expect(browser.cookies.get("session")).not.toBe(first);
  });

  test("S3-09: demands https of the cookie, and pins it to the host, wherever it is not a laptop", async () => {
    const api = await apiHarness({ config: { secureCookies: true } });
    const { browser } = await founder(api);
    expect([...browser.cookies.keys()]).toEqual(["__Host-session"]);
    const answer = await browser.request("POST", "/v1/auth/logout", { expected: 204 });
    expect(answer.headers.getSetCookie()).toEqual([
      "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
    ]);
  });

  test("answers an unknown address, a wrong password and who has none with the same words and calls", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around });
    const { email } = await founder(api);
    const attempt = async (body: unknown) => {
      calls.length = 0;
      const { status, body: answer } = await api.request<{ error: unknown }>("POST", "/v1/auth/login", {
        body,
        secret: null,
      });
      return { status, error: answer.error, calls: [...calls] };
    };
    const unknown = await attempt({ email: freshAddress(), password: PASSWORD });
    expect(unknown).toEqual(await attempt({ email, password: "not the password at all" }));
    expect(unknown.status).toBe(401);
    expect(unknown.calls).toEqual(["GetItem", "GetItem", "TransactWriteItems"]);
  });

  test("takes as long for an unknown address as for a wrong password: neither median nor order tells them apart", async () => {
    const api = await apiHarness({ config: { passwordCost: 11 } });
    const { email } = await founder(api);
    const took = async (address: string) => {
      const body = { email: address, password: "not the password at all" };
      const start = performance.now();
      await api.request("POST", "/v1/auth/login", { body, secret: null, expected: 401 });
      return performance.now() - start;
    };
    const pairs: { known: number; unknown: number }[] = [];
    // Turn about, so that whatever else the machine does falls on both.
    for (let round = 0; round < 40; round++) {
      if (round % 2 === 0) pairs.push({ known: await took(email), unknown: await took(freshAddress()) });
      else {
        const unknown = await took(freshAddress());
        pairs.push({ known: await took(email), unknown });
      }
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    const ratio = median(pairs.map(({ known }) => known)) / median(pairs.map(({ unknown }) => unknown));
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
    const slower = pairs.filter(({ known, unknown }) => known > unknown).length / pairs.length;
    // Were one work spared, this would be 0 or 1.
    expect(slower).toBeGreaterThan(0.1);
    expect(slower).toBeLessThan(0.9);
  });

  test("hashes the password anew once the parameters have changed, and ends no session by that", async () => {
    const api = await apiHarness();
    const { email, browser } = await founder(api);
    const dearer = await apiHarness({ config: { passwordCost: 9 } });
    const hashOf = async () => (await findAccountByEmail(api.ctx, email))?.passwordHash ?? "";
    expect(await hashOf()).toMatch(/^\$scrypt\$ln=8,r=8,p=3\$/);
    await browserOf(dearer).signIn(email);
    const hash = await hashOf();
    expect(hash).toMatch(/^\$scrypt\$ln=9,r=8,p=3\$/);
    await browserOf(dearer).signIn(email);
    expect(await hashOf()).toBe(hash);
    await browser.request("GET", "/v1/users/me", { expected: 200 });
  });

  test("is refused to pages of other sites", async () => {
    const api = await apiHarness();
    const { email } = await founder(api);
    const body = { email, password: PASSWORD };
    const from = (origin: string) => api.request("POST", "/v1/auth/login", { body, secret: null, headers: { origin } });
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"]) {
      const answer = await from(origin);
      expectError(answer, 403, "FORBIDDEN");
      expect(answer.body).toMatchObject({ error: { message: "CSRF token missing or invalid" } });
    }
    expect((await from("http://localhost:3000")).status).toBe(200);
    expect((await from("http://localhost")).status).toBe(200);
  });
});

describe("S3-11: a change by cookie", () => {
  test("needs the session's own token in a header, by either name; reading does not, nor do keys", async () => {
    const api = await apiHarness();
    const { browser } = await founder(api);
    const other = await founder(api);
    const body = { name: "Mina" };
    for (const given of ["", "x", other.browser.csrfToken ?? ""]) {
      for (const name of ["x-csrftoken", "x-csrf-token"]) {
        const headers = { "x-csrftoken": "", [name]: given };
        const answer = await browser.request("PATCH", "/v1/users/me", { body, headers });
        expectError(answer, 403, "FORBIDDEN");
        expect(answer.body).toMatchObject({ error: { message: "CSRF token missing or invalid" } });
      }
    }
    const csrfToken = browser.csrfToken ?? "";
    browser.csrfToken = undefined;
    for (const method of ["POST", "DELETE"])
      expectError(
        await browser.request(method, method === "POST" ? "/v1/products" : "/v1/api-keys/x"),
        403,
        "FORBIDDEN",
      );
    await browser.request("GET", "/v1/users/me", { expected: 200 });
    for (const name of ["x-csrftoken", "x-csrf-token"])
      await browser.request("PATCH", "/v1/users/me", { body, headers: { [name]: csrfToken }, expected: 200 });
    const key = { name: "Of a script", permissions: ["catalog.read"] };
    await api.request("POST", "/v1/api-keys", { body: key, expected: 201 });
  });

  test("can be made by a page that was opened anew, which reads its token from the session", async () => {
    const api = await apiHarness();
    const { browser } = await founder(api);
    browser.csrfToken = undefined;
    const { body } = await browser.request<{ csrfToken: string }>("GET", "/v1/auth/session", { expected: 200 });
    expect(body.csrfToken).toMatch(/^[\w-]{43}$/);
    await browser.request("POST", "/v1/auth/logout", { expected: 204 });
  });
});

describe("a session", () => {
  test("costs a request one call to the table, and none for the next five seconds", async () => {
    const clock = stoppedClock(Date.now());
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around, now: clock.now });
    const { browser } = await founder(api);
    const callsOf = async () => {
      calls.length = 0;
      await browser.request("GET", "/v1/roles", { expected: 200 });
      return [...calls];
    };
    expect(await callsOf()).toEqual(["BatchGetItem", "GetItem"]);
    expect(await callsOf()).toEqual(["GetItem"]);
    clock.advance(5_000);
    expect(await callsOf()).toEqual(["BatchGetItem", "GetItem"]);
  });

  test("ends after twelve hours without use, and thirty days with", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { browser } = await founder(api);
    const me = () => browser.request("GET", "/v1/users/me");
    const uses = (30 * 24) / 11;
    for (let use = 1; use < uses; use++) {
      clock.advance(11 * HOUR);
      expect((await me()).status, `use ${use}`).toBe(200);
    }
    clock.advance(11 * HOUR);
    expectError(await me(), 401, "UNAUTHENTICATED");
    const { browser: idle } = await founder(api);
    clock.advance(12 * HOUR);
    expectError(await idle.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
  });

  test("that is logged out is refused within five seconds everywhere, and its cookie goes", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { browser } = await founder(api);
    const cookies = new Map(browser.cookies);
    await browser.request("GET", "/v1/users/me", { expected: 200 });
    await browser.request("POST", "/v1/auth/logout", { expected: 204 });
    expect(browser.cookies.size).toBe(0);
    browser.cookies = cookies;
    clock.advance(5_000);
    expectError(await browser.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
  });

  test("is in its owner's list with where it came from, and can be ended from another, by nobody else", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { browser, email } = await founder(api);
    const stranger = await founder(api);
    const elsewhere = browserOf(api);
    const headers = { "user-agent": "A phone", "x-stockwright-client-address": "203.0.113.7" };
    const body = { email, password: PASSWORD };
    await elsewhere.request("POST", "/v1/auth/login", { body, headers, expected: 200 });
    type List = { items: { id: string; isCurrent: boolean }[] };
    const list = await browser.request<List>("GET", "/v1/auth/sessions", { expected: 200 });
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items[0]).toMatchObject({ userAgent: "A phone", address: "203.0.113.7", isCurrent: false });
    expect(list.text).not.toContain("hash");
    const id = list.body.items[0]?.id ?? "";
    expectError(await stranger.browser.request("DELETE", `/v1/auth/sessions/${id}`), 404, "NOT_FOUND");
    await browser.request("DELETE", `/v1/auth/sessions/${id}`, { expected: 204 });
    expectError(await browser.request("DELETE", `/v1/auth/sessions/${id}`), 404, "NOT_FOUND");
    clock.advance(5_000);
    expectError(await elsewhere.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
    await browser.request("GET", "/v1/users/me", { expected: 200 });
  });

  test("is refused where its token was altered in any part, or is of somebody else", async () => {
    const api = await apiHarness();
    const [a, b] = [await founder(api), await founder(api)];
    const [mine = "", theirs = ""] = [a, b].map(({ browser }) => browser.cookies.get("session"));
    const forged = [
      "",
      "nonsense",
      `${mine}x`,
      mine.slice(0, 78) + theirs.slice(78),
      theirs.slice(0, 26) + mine.slice(26),
      mine.slice(0, 26) + theirs.slice(26, 52) + mine.slice(52),
      mine.slice(0, 52) + theirs.slice(52, 78) + mine.slice(78),
      `${mine.slice(0, 120)}${mine.endsWith("A") ? "B" : "A"}`,
    ];
    for (const token of forged) {
      a.browser.cookies.set("session", token);
      expectError(await a.browser.request("GET", "/v1/users/me"), 401, "UNAUTHENTICATED");
    }
  });

  test("goes on in another organisation under a new token, and the old one is worth nothing in either", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [home, away] = [await founder(api), await founder(api)];
    await away.browser.request("POST", "/v1/invitations", {
      body: { email: home.email, role: "viewer" },
      expected: 201,
    });
    const token = await mailedToken(api, home.email);
    await home.browser.request("POST", "/v1/invitations/accept", { body: { token }, expected: 200 });
    const before = new Map(home.browser.cookies);
    const { id } = away.signedIn.organization;
    const body = { organizationId: id };
    const switched = await home.browser.request("POST", "/v1/auth/switch-organization", { body, expected: 200 });
    expect(switched.body).toMatchObject({ organization: { id }, role: "viewer" });
    expectError(await home.browser.request("GET", "/v1/roles"), 403, "FORBIDDEN");
    expectError(
      await home.browser.request("POST", "/v1/auth/switch-organization", {
        body: { organizationId: api.organization.id },
      }),
      404,
      "NOT_FOUND",
    );
    clock.advance(5_000);
    const old = { ...browserOf(api), cookies: before };
    expectError(
      await api.request("GET", "/v1/users/me", {
        secret: null,
        headers: { cookie: `session=${old.cookies.get("session")}` },
      }),
      401,
      "UNAUTHENTICATED",
    );
    expect(await browserOf(api).signIn(home.email)).toMatchObject({ organization: { id } });
  });
});

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
