import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OpenIdRefused } from "../../../core/identity/openid/client.ts";
import { createOpenIdClient } from "../../../core/identity/openid/openid-client.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { apiHarness, expectError, type Answer, type Harness, type HarnessOptions } from "../../support/harness.ts";
import { type Known, startProvider, type TestProvider } from "../../support/openid.ts";
import { type Browser, browserOf, colleague, founder, freshAddress, mailedToken } from "../../support/people.ts";

const callbackOf = (id: string) => `http://localhost/v1/auth/oidc/${id}/callback`;
const organization = { name: "By the river", currency: "KRW" };

let house: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  house = await startProvider(callbackOf("house"));
  // Of the other kind: what it knows of a person stands in the token.
  other = await startProvider(callbackOf("other"), { conformIdTokenClaims: false });
});
afterAll(async () => {
  await Promise.all([house.stop(), other.stop()]);
});

function harness(options: HarnessOptions = {}): Promise<Harness> {
  const of = (id: string, { issuer, clientId, clientSecret }: TestProvider) => {
    return { id, name: id, issuer, clientId, clientSecret };
  };
  const http = createHttpClient({ metrics: NO_METRICS, log: NO_LOG, now: Date.now, allowPrivateAddresses: true });
  const openIdProviders = [of("house", house), of("other", other)];
  const { config, resources, ...rest } = options;
  return apiHarness({
    ...rest,
    config: { publicUrl: "http://localhost", allowPrivateAddresses: true, openIdProviders, ...config },
    resources: { http, ...resources },
  });
}

/** Somebody whom the provider knows by an address that it has verified. */
function somebody(changes: Partial<Known> = {}): Known {
  const email = freshAddress();
  return { sub: `sub-${email}`, email, email_verified: true, name: "Mina Han", ...changes };
}

async function begin(browser: Browser, id = "house", body: Record<string, unknown> = {}): Promise<URL> {
  const started = await browser.request<{ url: string }>("POST", `/v1/auth/oidc/${id}`, { body, expected: 200 });
  return new URL(started.body.url);
}

const come = (browser: Browser, back: URL) => browser.request("GET", `${back.pathname}${back.search}`);

/** All the way: to the provider, who signs this person in, and back. */
async function signIn(browser: Browser, person: Known, body: Record<string, unknown> = {}, id = "house") {
  const provider = id === "house" ? house : other;
  provider.person = person;
  return come(browser, await provider.authorize((await begin(browser, id, body)).href));
}

/** As it was spoiled on the way there, or on the way back. */
async function spoiled(
  browser: Browser,
  person: Known,
  { there = () => undefined, back = () => undefined }: { there?: (url: URL) => void; back?: (url: URL) => void },
): Promise<Answer> {
  house.person = person;
  const url = await begin(browser, "house", { organization });
  there(url);
  const returning = await house.authorize(url.href);
  back(returning);
  return come(browser, returning);
}

describe("signing in with a provider", () => {
  test.each(["house", "other"])("begins an account with the organisation that was named, by %s", async (id) => {
    const api = await harness();
    const browser = browserOf(api);
    const person = somebody();
    const answer = await signIn(browser, person, { returnTo: "/orders?status=open#new", organization }, id);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("http://localhost/orders?status=open#new");
    expect([...browser.cookies.keys()]).toEqual(["session"]);
    const me = await browser.request("GET", "/v1/users/me", { expected: 200 });
    expect(me.body).toMatchObject({
      email: person.email,
      name: "Mina Han",
      organizations: [{ name: "By the river", role: "owner" }],
      providers: [id],
    });
    const again = browserOf(api);
    expect(
      (await signIn(again, { ...person, email: freshAddress() }, {}, id)).status,
      "known by the provider's id",
    ).toBe(302);
    expect((await again.request("GET", "/v1/users/me")).body).toMatchObject({ email: person.email });
  });

  test("asks for a code with PKCE (S256), a state and a nonce, each drawn anew and none of them told to the page", async () => {
    const api = await harness();
    const [a, b] = [await begin(browserOf(api)), await begin(browserOf(api))];
    expect(Object.fromEntries(a.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: callbackOf("house"),
      scope: "openid email profile",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(a.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      expect(a.searchParams.get(name)).not.toBe(b.searchParams.get(name));
    }
    expect(a.searchParams.has("code_verifier")).toBe(false);
  });

  test("links the account that has the address, where the provider has verified it, and only there", async () => {
    const api = await harness();
    const owner = await founder(api);
    const claimed = somebody({ email: owner.email, email_verified: false });
    expectError(await signIn(browserOf(api), claimed, { organization }), 403, "FORBIDDEN");
    expectError(
      await signIn(browserOf(api), somebody({ email: owner.email, email_verified: undefined as never })),
      403,
      "FORBIDDEN",
    );
    const browser = browserOf(api);
    expect((await signIn(browser, somebody({ email: owner.email.toUpperCase() }))).status).toBe(302);
    const me = await browser.request("GET", "/v1/users/me", { expected: 200 });
    expect(me.body).toMatchObject({ id: owner.signedIn.user.id, providers: ["house"] });
  });

  test("lets in by an invitation to the address, and nobody new without one or an organisation", async () => {
    const api = await harness();
    const owner = await founder(api);
    const person = somebody();
    expectError(await signIn(browserOf(api), person), 403, "FORBIDDEN");
    const body = { email: person.email, role: "viewer" };
    await owner.browser.request("POST", "/v1/invitations", { body, expected: 201 });
    const invitationToken = await mailedToken(api, person.email ?? "");
    expectError(await signIn(browserOf(api), somebody(), { invitationToken }), 403, "FORBIDDEN");
    const browser = browserOf(api);
    expect((await signIn(browser, person, { invitationToken })).status).toBe(302);
    const session = await browser.request("GET", "/v1/auth/session", { expected: 200 });
    expect(session.body).toMatchObject({ role: "viewer", organization: owner.signedIn.organization });
  });

  test("makes no account while registration is switched off, and still lets in who has one", async () => {
    const api = await harness({ config: { features: { enable_user_registration: false } } });
    expectError(await signIn(browserOf(api), somebody(), { organization }), 503, "FEATURE_DISABLED");
    const owner = await founder(await harness());
    expect((await signIn(browserOf(api), somebody({ email: owner.email }))).status).toBe(302);
  });

  test("goes back to paths of our own only", async () => {
    const api = await harness();
    for (const returnTo of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "/\t/evil.example",
      "javascript:alert(1)",
      "orders",
      "",
      "/ok\r\nSet-Cookie: a=b",
    ]) {
      const answer = await browserOf(api).request("POST", "/v1/auth/oidc/house", { body: { returnTo } });
      expectError(answer, 400, "VALIDATION_ERROR");
    }
    const console = await harness({ config: { consoleUrl: "https://console.example" } });
    const answer = await signIn(browserOf(console), somebody(), { returnTo: "/a/../b", organization });
    expect(answer.headers.get("location")).toBe("https://console.example/b");
  });

  test("knows configured providers only, and lists them without their secrets", async () => {
    const api = await harness();
    expectError(await browserOf(api).request("POST", "/v1/auth/oidc/unknown", { body: {} }), 404, "NOT_FOUND");
    expectError(await browserOf(api).request("GET", "/v1/auth/oidc/unknown/callback?state=x&code=y"), 404, "NOT_FOUND");
    const list = await browserOf(api).request("GET", "/v1/auth/oidc", { expected: 200 });
    expect(list.body).toEqual({
      items: [
        { id: "house", name: "house" },
        { id: "other", name: "other" },
      ],
    });
  });

  test("says that a provider cannot be asked where it does not answer", async () => {
    const gone = await startProvider(callbackOf("gone"));
    await gone.stop();
    const { issuer, clientId, clientSecret } = gone;
    const openIdProviders = [{ id: "gone", name: "Gone", issuer, clientId, clientSecret }];
    const api = await harness({ config: { openIdProviders } });
    const answer = await browserOf(api).request("POST", "/v1/auth/oidc/gone", { body: {} });
    expectError(answer, 503, "DEPENDENCY_UNAVAILABLE");
  });
});

describe("S3-08: a sign-in is refused, told as an event, and its words say nothing", () => {
  const set = (name: string, value: string) => (url: URL) => url.searchParams.set(name, value);
  const cases: [string, Parameters<typeof spoiled>[2]][] = [
    ["with a state that nobody made", { back: set("state", "x".repeat(43)) }],
    ["without a state", { back: (url) => url.searchParams.delete("state") }],
    ["with another nonce than was asked for", { there: set("nonce", "n".repeat(43)) }],
    ["with a code that was asked for with another verifier", { there: set("code_challenge", "c".repeat(43)) }],
    ["with another code", { back: set("code", "c".repeat(43)) }],
    ["without a code", { back: (url) => url.searchParams.delete("code") }],
    ["with the name of another issuer", { back: (url) => url.searchParams.set("iss", other.issuer) }],
    ["without the issuer's name, where it always gives it", { back: (url) => url.searchParams.delete("iss") }],
    ["with an error of the provider", { back: set("error", "access_denied") }],
    ["by another provider's way back", { back: (url) => void (url.pathname = url.pathname.replace("house", "other")) }],
  ];

  async function watched() {
    const refusals: unknown[] = [];
    const { table } = (await harness()).ctx;
    const transact: typeof table.transact = async (writes) => {
      for (const write of writes)
        if ("put" in write && write.put["type"] === "session.refused") refusals.push(write.put["data"]);
      return table.transact(writes);
    };
    return { api: await harness({ resources: { table: { ...table, transact } } }), refusals };
  }

  function expectRefused(answer: Answer, browser: Browser, refusals: unknown[]): void {
    expectError(answer, 401, "UNAUTHENTICATED");
    expect(answer.body).toMatchObject({ error: { message: "The sign-in could not be completed: begin it anew" } });
    expect(browser.cookies.has("session")).toBe(false);
    expect(refusals).toEqual([expect.objectContaining({ reason: expect.any(String) })]);
  }

  test.each(cases)("%s", async (_what, spoiling) => {
    const { api, refusals } = await watched();
    const browser = browserOf(api);
    expectRefused(await spoiled(browser, somebody(), spoiling), browser, refusals);
  });

  test("with a state that was used", async () => {
    const { api, refusals } = await watched();
    const browser = browserOf(api);
    house.person = somebody();
    const back = await house.authorize((await begin(browser, "house", { organization })).href);
    const cookies = new Map(browser.cookies);
    expect((await come(browser, back)).status).toBe(302);
    browser.cookies = new Map(cookies);
    expectRefused(await come(browser, back), browser, refusals);
  });

  test("of somebody whose address the provider has not verified, in words of their own", async () => {
    const { api, refusals } = await watched();
    expectError(await signIn(browserOf(api), somebody({ email_verified: false }), { organization }), 403, "FORBIDDEN");
    expect(refusals).toEqual([
      expect.objectContaining({ reason: "The provider has not verified your e-mail address" }),
    ]);
  });

  test("with one state twice at once: one of them", async () => {
    const api = await harness();
    const browser = browserOf(api);
    house.person = somebody();
    const back = await house.authorize((await begin(browser, "house", { organization })).href);
    const answers = await Promise.all([come(browser, back), come(browser, back), come(browser, back)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([302, 401, 401]);
  });

  test("in another browser than the one that began, which may still finish", async () => {
    const { api, refusals } = await watched();
    const [began, victim] = [browserOf(api), browserOf(api)];
    house.person = somebody();
    const back = await house.authorize((await begin(began, "house", { organization })).href);
    await begin(victim);
    expectRefused(await come(victim, back), victim, refusals);
    expect((await come(began, back)).status).toBe(302);
  });

  test("after ten minutes", async () => {
    let late = 0;
    const api = await harness({ now: () => Date.now() + late });
    const browser = browserOf(api);
    house.person = somebody();
    const back = await house.authorize((await begin(browser, "house", { organization })).href);
    late = 10 * 60_000 + 1_000;
    expectError(await come(browser, back), 401, "UNAUTHENTICATED");
  });
});

describe("the provider's client", () => {
  const client = async () => {
    const api = await harness();
    const [provider] = api.ctx.config.openIdProviders;
    if (!provider) throw new Error("No provider is configured");
    return createOpenIdClient(api.ctx, provider);
  };
  const expected = { state: "s".repeat(43), nonce: "n".repeat(43), codeVerifier: "v".repeat(43) };

  test("takes a code once", async () => {
    const port = await client();
    const person = somebody();
    house.person = person;
    const back = await house.authorize(await port.authorizationUrl(expected));
    expect(await port.claims(back, expected)).toMatchObject({
      issuer: house.issuer,
      subject: person.sub,
      email: person.email,
    });
    await expect(port.claims(back, expected)).rejects.toBeInstanceOf(OpenIdRefused);
  });

  test.each([
    ["no verifier", { codeVerifier: "" }],
    ["another verifier", { codeVerifier: "w".repeat(43) }],
    ["another nonce", { nonce: "o".repeat(43) }],
    ["another state", { state: "t".repeat(43) }],
  ])("takes no code with %s", async (_what, change) => {
    const port = await client();
    house.person = somebody();
    const back = await house.authorize(await port.authorizationUrl(expected));
    await expect(port.claims(back, { ...expected, ...change })).rejects.toBeInstanceOf(OpenIdRefused);
  });
});

test("a member signs in by a provider where a colleague did by password", async () => {
  const api = await harness();
  const owner = await founder(api);
  const member = await colleague(api, owner, "operator");
  const browser = browserOf(api);
  expect((await signIn(browser, somebody({ email: member.email }))).status).toBe(302);
  const session = await browser.request("GET", "/v1/auth/session", { expected: 200 });
  expect(session.body).toMatchObject({ role: "operator", user: { email: member.email } });
});

test("a provider that is taken away does not let them in, until it vouches for their address anew; the only way in stays", async () => {
  const api = await harness();
  const { browser, email } = await founder(api);
  const known = somebody({ email });
  await signIn(browserOf(api), known);
  const remove = (by: Browser) => by.request("DELETE", "/v1/users/me/providers/house");
  expect((await remove(browser)).status).toBe(204);
  expectError(await remove(browser), 404, "NOT_FOUND");
  expectError(await signIn(browserOf(api), { ...known, email: freshAddress() }), 403, "FORBIDDEN");
  expect((await signIn(browser, known)).status).toBe(302);
  const { body } = await browser.request("GET", "/v1/users/me", { expected: 200 });
  expect(body).toMatchObject({ email, providers: ["house"] });
  const newcomer = browserOf(api);
  await signIn(newcomer, somebody(), { organization });
  await newcomer.request("GET", "/v1/auth/session", { expected: 200 });
  expectError(await remove(newcomer), 409, "STATE_CONFLICT");
});
