import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { newHome, startSystem, type System } from "./system.ts";

const PASSWORD = "seven grey herons on the Han";

let system: System;

beforeAll(async () => {
  system = await startSystem(newHome());
});

/** The token in the mail to somebody, once the stream has brought it. */
async function mailedToken(to: string): Promise<string> {
  const directory = join(system.home, ".stockwright", "mail");
  return vi.waitFor(
    () => {
      const mails = existsSync(directory)
        ? readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"))
        : [];
      const token = /^[\w-]{43}$/m.exec(mails.findLast((mail) => mail.startsWith(`To: ${to}\n`)) ?? "")?.[0];
      if (token === undefined) throw new Error(`No mail with a token came for ${to}`);
      return token;
    },
    { timeout: 30_000, interval: 100 },
  );
}

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${system.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test("somebody registers by the mail on disk, works by cookie, and is out after logging out", async () => {
  const email = "mina@hanriver.example";
  const organization = { name: "Han River Sneakers", currency: "KRW" };
  const asked = await send("POST", "/v1/auth/register", { email, name: "Mina Han", password: PASSWORD, organization });
  expect(asked.status, await asked.text()).toBe(202);
  const begun = await send("POST", "/v1/auth/verify-email", { token: await mailedToken(email) });
  expect(begun.status).toBe(201);
  const { csrfToken } = (await begun.json()) as { csrfToken: string };
  const [line = ""] = begun.headers.getSetCookie();
  const cookie = `theme=dark; ${line.split(";")[0]}`;
  const role = { name: "Bookkeeper", permissions: ["finance.read"] };
  expect((await send("POST", "/v1/roles", role, { cookie })).status, "without the token for changes").toBe(403);
  expect((await send("POST", "/v1/roles", role, { cookie, "x-csrftoken": csrfToken })).status).toBe(201);
  const sessions = await send("GET", "/v1/auth/sessions", undefined, { cookie });
  expect(await sessions.json()).toMatchObject({ items: [{ address: "127.0.0.1", isCurrent: true }] });
  const left = await send("POST", "/v1/auth/logout", undefined, { cookie, "x-csrftoken": csrfToken });
  expect(left.headers.getSetCookie()).toEqual([expect.stringContaining("Max-Age=0")]);
  await vi.waitFor(async () => expect((await send("GET", "/v1/users/me", undefined, { cookie })).status).toBe(401), {
    timeout: 10_000,
    interval: 500,
  });
});

test("the demo organisation, which was made without people, gets its first owner by its key", async () => {
  const email = "owner@demo.example";
  await system.client.post("/v1/invitations", { email, role: "owner" });
  const invitationToken = await mailedToken(email);
  const joined = await send("POST", "/v1/auth/register", { email, name: "Ada", password: PASSWORD, invitationToken });
  expect(await joined.json()).toMatchObject({ role: "owner", organization: { id: system.local.organizationId } });
});
