import { describe, expect, test } from "vitest";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { browserOf, colleague, founder, freshAddress, mailedToken, mailsTo, PASSWORD } from "../../support/people.ts";

const organization = { name: "Han River Sneakers", currency: "KRW" };
const form = (email: string) => ({ email, name: "Mina Han", password: PASSWORD, organization });

const register = (api: Harness, body: unknown) => api.request("POST", "/v1/auth/register", { body, secret: null });
const verify = (api: Harness, token: string) =>
  api.request("POST", "/v1/auth/verify-email", { body: { token }, secret: null });

describe("registering", () => {
  test("begins account, organisation and session when the address is confirmed, its founder as owner", async () => {
    const api = await apiHarness();
    const { browser, email, signedIn } = await founder(api);
    expect(signedIn).toMatchObject({
      user: { email, name: "Mina Han" },
      role: "owner",
      organization: { currency: "USD" },
    });
    const me = await browser.request("GET", "/v1/users/me", { expected: 200 });
    expect(me.body).toMatchObject({ email, organizations: [{ name: "Their shop", role: "owner", isCurrent: true }] });
    await browser.request("GET", "/v1/products", { expected: 200 });
  });

  test("signs nobody in, and lets nobody sign in, before the address is confirmed", async () => {
    const api = await apiHarness();
    const email = freshAddress();
    const answer = await register(api, form(email));
    expect(answer.status).toBe(202);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const body = { email, password: PASSWORD };
    expectError(await api.request("POST", "/v1/auth/login", { body, secret: null }), 401, "UNAUTHENTICATED");
  });

  test("answers a known address like an unknown one, with as many calls to the table, and tells only its owner by mail", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around });
    const { email } = await founder(api);
    const attempt = async (address: string) => {
      calls.length = 0;
      const { status, text, headers } = await register(api, form(address));
      return { status, text, cookies: headers.getSetCookie(), calls: [...calls] };
    };
    expect(await attempt(email.toUpperCase())).toEqual(await attempt(freshAddress()));
    const [, second] = await mailsTo(api, email);
    expect(second?.subject).toBe("You have a Stockwright account already");
    expect(second?.text).not.toMatch(/[\w-]{43}/);
  });

  test("takes a token once, of two at once one, and none that is unknown or too old", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [email, late] = [freshAddress(), freshAddress()];
    await register(api, form(email));
    const token = await mailedToken(api, email);
    const answers = await Promise.all([verify(api, token), verify(api, token), verify(api, token)]);
    const refused = answers.filter(({ status }) => status === 400 || status === 409);
    expect([answers.filter(({ status }) => status === 201).length, refused.length]).toEqual([1, 2]);
    expectError(await verify(api, token), 400, "VALIDATION_ERROR");
    expectError(await verify(api, "x".repeat(43)), 400, "VALIDATION_ERROR");
    await register(api, form(late));
    const old = await mailedToken(api, late);
    clock.advance(24 * 3600_000 + 1000);
    expectError(await verify(api, old), 400, "VALIDATION_ERROR");
  });

  test("makes one account of two registrations of an address, that of who confirms first", async () => {
    const api = await apiHarness();
    const email = freshAddress();
    await register(api, form(email));
    const first = await mailedToken(api, email);
    await register(api, { ...form(email), password: "somebody else's idea of one" });
    const second = await mailedToken(api, email);
    expect(first).not.toBe(second);
    expect((await verify(api, first)).status).toBe(201);
    expectError(await verify(api, second), 409, "STATE_CONFLICT");
    await browserOf(api).signIn(email);
  });

  test("keeps neither password nor token where the table could be read", async () => {
    const api = await apiHarness();
    const email = freshAddress();
    const { table } = api.ctx;
    const written: string[] = [];
    const watched = {
      ...table,
      transact: async (writes: Parameters<typeof table.transact>[0]) => {
        written.push(JSON.stringify(writes));
        return table.transact(writes);
      },
    };
    const spied = await apiHarness({ resources: { table: watched } });
    await register(spied, form(email));
    const token = await mailedToken(api, email);
    expect(written.join()).toContain(email);
    expect(written.join()).not.toContain(token);
    expect(written.join()).not.toContain(PASSWORD);
  });

  test("refuses weak passwords, strange addresses, and to go nowhere or to two places", async () => {
    const api = await apiHarness();
    const good = form(freshAddress());
    for (const change of [
      { password: "short" },
      { password: "aaaaaaaaaaaaaaa" },
      { password: "Password123!" },
      { password: "x".repeat(201) },
      { email: "nobody" },
      { email: "a@b\r\nBcc: c@example.com" },
      { organization: undefined },
      { invitationToken: "t".repeat(43) },
      { organization: { name: "A", currency: "XXXX" } },
      { role: "owner" },
    ]) {
      expectError(await register(api, { ...good, ...change }), 400, "VALIDATION_ERROR");
    }
  });

  test("S4-17: is refused while it is switched off, by invitation too", async () => {
    const api = await apiHarness({ config: { features: { enable_user_registration: false } } });
    const answer = await register(api, form(freshAddress()));
    expectError(answer, 503, "FEATURE_DISABLED");
    expect(answer.body).toMatchObject({ error: { message: "User registration temporarily disabled" } });
  });

  test("with an invitation is done at once, with the role of the invitation, for the invited address only", async () => {
    const api = await apiHarness();
    const owner = await founder(api);
    const joined = await colleague(api, owner, "viewer");
    expect(joined.signedIn).toMatchObject({ role: "viewer", organization: owner.signedIn.organization });
    const other = freshAddress();
    await owner.browser.request("POST", "/v1/invitations", { body: { email: other, role: "viewer" }, expected: 201 });
    const invitationToken = await mailedToken(api, other);
    const { organization: _none, ...rest } = form(freshAddress());
    expectError(await register(api, { ...rest, invitationToken }), 400, "VALIDATION_ERROR");
    expect((await register(api, { ...rest, email: other, invitationToken })).status).toBe(201);
    expectError(await register(api, { ...rest, email: other, invitationToken }), 400, "VALIDATION_ERROR");
  });
});
