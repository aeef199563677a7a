import { describe, expect, test } from "vitest";
import { findAccountByEmail } from "../../../core/identity/user.store.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { browserOf, founder, freshAddress, PASSWORD } from "../../support/people.ts";

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
