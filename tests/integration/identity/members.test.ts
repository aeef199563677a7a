import { describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../../core/platform/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { browserOf, colleague, founder, freshAddress, mailedToken, type Person } from "../../support/people.ts";

const MEMBERS = "/v1/organization/members";

async function team(api: Harness, ...roles: string[]): Promise<[Person, ...Person[]]> {
  const owner = await founder(api);
  const others: Person[] = [];
  for (const role of roles) others.push(await colleague(api, owner, role));
  return [owner, ...others];
}

const usd = (amount: string) => ({ amount, currency: "USD" });

const give = ({ browser }: Person, member: Person, role: string) =>
  browser.request("PATCH", `${MEMBERS}/${member.signedIn.user.id}`, { body: { role } });
const remove = ({ browser }: Person, member: Person) =>
  browser.request("DELETE", `${MEMBERS}/${member.signedIn.user.id}`);

describe("a member", () => {
  test("may do what the role says and nothing else", async () => {
    const api = await apiHarness();
    const [owner, admin, operator, viewer] = (await team(api, "admin", "operator", "viewer")) as Person[];
    const product = { sku: "TEE-1", name: "T-shirt", cost: usd("8.00"), price: usd("13.00") };
    expectError((await viewer?.browser.request("POST", "/v1/products", { body: product })) as never, 403, "FORBIDDEN");
    await operator?.browser.request("POST", "/v1/products", { body: product, expected: 201 });
    await viewer?.browser.request("GET", "/v1/products", { expected: 200 });
    expectError((await operator?.browser.request("GET", MEMBERS)) as never, 403, "FORBIDDEN");
    await admin?.browser.request("GET", MEMBERS, { expected: 200 });
    expect(owner?.signedIn.permissions.toSorted()).toEqual([...PERMISSIONS].toSorted());
  });

  test("is listed with name and address, newest first, with cursors", async () => {
    const api = await apiHarness();
    const [owner, viewer] = await team(api, "viewer");
    type Page = { items: { email: string; role: string }[]; nextCursor?: string };
    const first = await owner.browser.request<Page>("GET", `${MEMBERS}?limit=1`, { expected: 200 });
    expect(first.body.items).toMatchObject([{ email: viewer?.email, name: "Joon Park", role: "viewer" }]);
    const rest = await owner.browser.request<Page>("GET", `${MEMBERS}?limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body.items).toMatchObject([{ email: owner.email, role: "owner" }]);
  });

  test("loses the sessions here with a change of role, and finds the new one at the next sign-in", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [owner, member] = (await team(api, "operator")) as [Person, Person];
    await member.browser.request("GET", "/v1/products", { expected: 200 });
    const changed = await give(owner, member, "viewer");
    expect(changed.body).toMatchObject({ role: "viewer", version: 2, email: member.email });
    clock.advance(5_000);
    expectError(await member.browser.request("GET", "/v1/products"), 401, "UNAUTHENTICATED");
    expect(await member.browser.signIn(member.email)).toMatchObject({ role: "viewer" });
  });

  test("that is taken out is refused within five seconds, with every session, and cannot sign in here", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [owner, member] = (await team(api, "admin")) as [Person, Person];
    await member.browser.request("GET", MEMBERS, { expected: 200 });
    expect((await remove(owner, member)).status).toBe(204);
    expectError(await remove(owner, member), 404, "NOT_FOUND");
    clock.advance(5_000);
    expectError(await member.browser.request("GET", MEMBERS), 401, "UNAUTHENTICATED");
    const body = { email: member.email, password: "seven grey herons on the Han" };
    expectError(await browserOf(api).request("POST", "/v1/auth/login", { body }), 403, "FORBIDDEN");
  });

  test("is out of reach of who may do less: administrators appoint, change and dismiss no owners", async () => {
    const api = await apiHarness();
    const [owner, admin, operator] = (await team(api, "admin", "operator")) as [Person, Person, Person];
    for (const attempt of [
      await give(admin, operator, "owner"),
      await give(admin, admin, "owner"),
      await give(admin, owner, "viewer"),
      await remove(admin, owner),
      await admin.browser.request("POST", "/v1/invitations", { body: { email: freshAddress(), role: "owner" } }),
    ])
      expectError(attempt, 403, "FORBIDDEN");
    const key = { name: "All", permissions: ["organization.manage"] };
    expectError(await admin.browser.request("POST", "/v1/api-keys", { body: key }), 403, "FORBIDDEN");
    expect((await give(admin, operator, "admin")).status).toBe(200);
  });

  test("who is the last owner stays; of two who dismiss each other one does", async () => {
    const api = await apiHarness();
    const [a, b] = (await team(api, "owner")) as [Person, Person];
    const answers = await Promise.all([remove(a, b), remove(b, a)]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const last = answers[0]?.status === 204 ? a : b;
    for (const answer of [await remove(last, last), await give(last, last, "admin")]) {
      expectError(answer, 409, "STATE_CONFLICT");
      expect(answer.body).toMatchObject({ error: { message: expect.stringContaining("one owner at least") } });
    }
  });

  test("is changed as it was read only", async () => {
    const api = await apiHarness();
    const [owner, member] = (await team(api, "viewer")) as [Person, Person];
    const path = `${MEMBERS}/${member.signedIn.user.id}`;
    const headers = { "if-match": '"7"' };
    const body = { role: "operator" };
    expectError(await owner.browser.request("PATCH", path, { body, headers }), 409, "VERSION_CONFLICT");
    const answers = await Promise.all([give(owner, member, "operator"), give(owner, member, "admin")]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    for (const { status } of answers) expect([200, 409]).toContain(status);
  });
});

describe("an invitation", () => {
  const invite = (person: Person, email: string, role = "viewer") =>
    person.browser.request<{ id: string }>("POST", "/v1/invitations", { body: { email, role } });

  test("is shown without its token, expires after a week, and can be taken back", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [owner] = await team(api);
    const email = freshAddress();
    const made = await invite(owner, email);
    const token = await mailedToken(api, email);
    expect(made.text).not.toContain(token);
    const list = await owner.browser.request<{ items: unknown[] }>("GET", "/v1/invitations", { expected: 200 });
    expect(list.body.items).toEqual([made.body]);
    expect(list.text).not.toMatch(/hash/i);
    const revoke = () => owner.browser.request("DELETE", `/v1/invitations/${made.body.id}`, { expected: 200 });
    const revoked = await revoke();
    expect(revoked.body).toMatchObject({ status: "revoked" });
    expect((await revoke()).body).toEqual(revoked.body);
    const body = { email, name: "A", password: "seven grey herons on the Han", invitationToken: token };
    const join = (changes = {}) =>
      api.request("POST", "/v1/auth/register", { body: { ...body, ...changes }, secret: null });
    expectError(await join(), 400, "VALIDATION_ERROR");
    await invite(owner, email);
    const late = await mailedToken(api, email);
    clock.advance(7 * 24 * 3600_000);
    expectError(await join({ invitationToken: late }), 400, "VALIDATION_ERROR");
  });

  test("is accepted once, by the account that has its address, also while signing in", async () => {
    const api = await apiHarness();
    const [[owner], guest, other] = [await team(api), await founder(api), await founder(api)];
    await invite(owner, guest.email);
    const token = await mailedToken(api, guest.email);
    const accept = (person: Person) => person.browser.request("POST", "/v1/invitations/accept", { body: { token } });
    expectError(await accept(other), 403, "FORBIDDEN");
    const signedIn = await guest.browser.signIn(guest.email, { invitationToken: token });
    expect(signedIn).toMatchObject({ organization: owner.signedIn.organization, role: "viewer" });
    expectError(await accept(guest), 400, "VALIDATION_ERROR");
    expectError(await invite(owner, guest.email), 409, "STATE_CONFLICT");
  });

  test("to a role that is not there, or that allows more than one has, is refused", async () => {
    const api = await apiHarness();
    const [owner] = await team(api);
    expectError(await invite(owner, freshAddress(), "emperor"), 400, "VALIDATION_ERROR");
    expectError(await invite(owner, freshAddress(), "__proto__"), 400, "VALIDATION_ERROR");
    const secret = await api.keyWith(["members.manage"]);
    const body = { email: freshAddress(), role: "viewer" };
    expectError(await api.request("POST", "/v1/invitations", { body, secret }), 403, "FORBIDDEN");
  });
});

describe("a role of one's own", () => {
  test("allows what it names, and what it names changes for its members within five seconds", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const [owner] = await team(api);
    const body = { name: "Bookkeeper", permissions: ["finance.read", "finance.read"] };
    const made = await owner.browser.request<{ id: string }>("POST", "/v1/roles", { body, expected: 201 });
    expect(made.body).toMatchObject({ name: "Bookkeeper", permissions: ["finance.read"], isBuiltIn: false });
    const { id } = made.body;
    const member = await colleague(api, owner, id);
    await member.browser.request("GET", "/v1/transactions", { expected: 200 });
    expectError(await member.browser.request("GET", "/v1/products"), 403, "FORBIDDEN");
    const change = { permissions: ["catalog.read"] };
    await owner.browser.request("PATCH", `/v1/roles/${id}`, { body: change, expected: 200 });
    clock.advance(5_000);
    await member.browser.request("GET", "/v1/products", { expected: 200 });
    expectError(await member.browser.request("GET", "/v1/transactions"), 403, "FORBIDDEN");
    expectError(await owner.browser.request("DELETE", `/v1/roles/${id}`), 409, "STATE_CONFLICT");
    expect((await give(owner, member, "viewer")).status).toBe(200);
    await owner.browser.request("DELETE", `/v1/roles/${id}`, { expected: 204 });
    expectError(await give(owner, member, id), 400, "VALIDATION_ERROR");
  });

  test("has a name of its own, allows no more than its maker, and built-in ones stay as they are", async () => {
    const api = await apiHarness();
    const [owner] = await team(api);
    const make = (name: string, permissions = ["catalog.read"]) =>
      owner.browser.request<{ id: string }>("POST", "/v1/roles", { body: { name, permissions } });
    const { body: role } = await make("Packer");
    for (const name of ["packer ", "OWNER"]) expectError(await make(name), 409, "NAME_EXISTS");
    const rename = { body: { name: "Viewer" } };
    expectError(await owner.browser.request("PATCH", `/v1/roles/${role.id}`, rename), 409, "NAME_EXISTS");
    expectError(await owner.browser.request("PATCH", "/v1/roles/owner", rename), 409, "STATE_CONFLICT");
    expectError(await owner.browser.request("DELETE", "/v1/roles/viewer"), 409, "STATE_CONFLICT");
    expectError(await make("Emperor", ["everything"]), 400, "VALIDATION_ERROR");
    const secret = await api.keyWith(["members.manage", "catalog.read"]);
    const more = { name: "More", permissions: ["catalog.read", "catalog.write"] };
    expectError(await api.request("POST", "/v1/roles", { body: more, secret }), 403, "FORBIDDEN");
    const few = { name: "Few", permissions: ["catalog.read"] };
    const made = await api.request<{ id: string }>("POST", "/v1/roles", { body: few, secret, expected: 201 });
    expectError(await api.request("PATCH", `/v1/roles/${made.body.id}`, { body: more, secret }), 403, "FORBIDDEN");
  });

  test("that goes while somebody gets it is either given or gone", async () => {
    const api = await apiHarness();
    const [owner, member] = (await team(api, "viewer")) as [Person, Person];
    for (let round = 0; round < 5; round++) {
      const body = { name: `Role ${round}`, permissions: ["catalog.read"] };
      const { body: role } = await owner.browser.request<{ id: string }>("POST", "/v1/roles", { body });
      const [given, gone] = await Promise.all([
        give(owner, member, role.id),
        owner.browser.request("DELETE", `/v1/roles/${role.id}`),
      ]);
      expect([given.status, gone.status].filter((status) => status < 300)).toHaveLength(1);
      await give(owner, member, "viewer");
    }
  });

  test("that was deleted behind the back allows nothing", async () => {
    const api = await apiHarness();
    const [owner] = await team(api);
    const body = { name: "Packer", permissions: ["catalog.read"] };
    const { body: role } = await owner.browser.request<{ id: string }>("POST", "/v1/roles", { body });
    const member = await colleague(api, owner, role.id);
    const { id } = owner.signedIn.organization;
    await api.ctx.table.batchWrite([{ remove: { pk: `${id}#ROLE` as never, sk: "ROLES" } }]);
    expect((await browserOf(api).signIn(member.email)).permissions).toEqual([]);
  });
});

test("what somebody may not do, and signing in and failing to, are told as events", async () => {
  const api = await apiHarness();
  const written: Record<string, unknown>[] = [];
  const { table } = api.ctx;
  const transact: typeof table.transact = async (writes) => {
    for (const write of writes) if ("put" in write && write.put["entity"] === "event") written.push(write.put);
    return table.transact(writes);
  };
  const watched = await apiHarness({ resources: { table: { ...table, transact } } });
  const owner = await founder(watched);
  const viewer = await colleague(watched, owner, "viewer");
  written.length = 0;
  await viewer.browser.request("GET", MEMBERS);
  await viewer.browser.request("POST", "/v1/auth/logout", { headers: { "x-csrftoken": "wrong" } });
  await browserOf(watched).request("POST", "/v1/auth/login", { body: { email: viewer.email, password: "wrong one" } });
  await viewer.browser.signIn(viewer.email);
  await viewer.browser.request("POST", "/v1/auth/logout", { expected: 204 });
  expect(written.map((event) => event["type"])).toEqual([
    "access.denied",
    "access.denied",
    "session.refused",
    "session.started",
    "session.ended",
  ]);
  expect(written[0]).toMatchObject({
    actor: { kind: "user", id: viewer.signedIn.user.id },
    organizationId: owner.signedIn.organization.id,
    data: { permission: "members.manage", method: "GET", route: MEMBERS },
  });
});
