import { describe, expect, test } from "vitest";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { browserOf, founder, mailedToken, PASSWORD } from "../../support/people.ts";

const HOUR = 3_600_000;

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
    expectError(
      await api.request("GET", "/v1/users/me", {
        secret: null,
        headers: { cookie: `session=${before.get("session")}` },
      }),
      401,
      "UNAUTHENTICATED",
    );
    expect(await browserOf(api).signIn(home.email)).toMatchObject({ organization: { id } });
  });
});
