import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { openMails } from "../../core/platform/mail.ts";
import type { Mail } from "../../core/platform/mailer.ts";
import type { Answer, Call, Harness } from "./harness.ts";

export const PASSWORD = "seven grey herons on the Han";

export interface SignedIn {
  user: { id: string; email: string; name: string };
  organization: { id: string; name: string; currency: string };
  role: string;
  permissions: string[];
  csrfToken: string;
  endsAt: string;
}

/** A browser: keeps the cookies that it is given, and sends the token for changes that the page was given. */
export interface Browser {
  cookies: Map<string, string>;
  csrfToken: string | undefined;
  request<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<Answer<T>>;
  signIn(email: string, more?: Record<string, unknown>): Promise<SignedIn>;
}

export function browserOf(api: Harness): Browser {
  const browser: Browser = {
    cookies: new Map(),
    csrfToken: undefined,
    async request<T>(method: string, path: string, call: Call = {}) {
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = {
        ...(cookie === "" ? {} : { cookie }),
        ...(browser.csrfToken === undefined ? {} : { "x-csrftoken": browser.csrfToken }),
        ...call.headers,
      };
      const answer = await api.request<T>(method, path, { secret: null, ...call, headers });
      for (const line of answer.headers.getSetCookie()) keep(browser, line);
      const { csrfToken } = answer.body as { csrfToken?: string };
      if (csrfToken !== undefined) browser.csrfToken = csrfToken;
      return answer;
    },
    async signIn(email, more = {}) {
      const body = { email, password: PASSWORD, ...more };
      return (await browser.request<SignedIn>("POST", "/v1/auth/login", { body, expected: 200 })).body;
    },
  };
  return browser;
}

function keep(browser: Browser, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const at = pair.indexOf("=");
  if (attributes.includes("Max-Age=0")) browser.cookies.delete(pair.slice(0, at));
  else browser.cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

/** An address that no other test has. */
export function freshAddress(): string {
  return `${randomBytes(8).toString("hex")}@people.example`;
}

/** What waits to be sent to somebody, oldest first. */
export async function mailsTo(api: Harness, address: string): Promise<Mail[]> {
  const found: Mail[] = [];
  let after: string | undefined;
  do {
    const page = await openMails(api.ctx, after);
    for (const { mail } of page) if (mail?.to === address) found.push(mail);
    after = page.at(-1)?.id;
  } while (after !== undefined);
  return found;
}

/** The token in the newest mail to somebody. */
export async function mailedToken(api: Harness, address: string): Promise<string> {
  const mail = (await mailsTo(api, address)).at(-1);
  const token = /(?:^|#token=)([\w-]{43})$/m.exec(mail?.text ?? "")?.[1];
  expect(token, `no token was mailed to ${address}`).toBeDefined();
  return token ?? "";
}

export interface Person {
  browser: Browser;
  email: string;
  signedIn: SignedIn;
}

/** Somebody who has registered with an organisation of their own, and is signed in. */
export async function founder(api: Harness, email = freshAddress()): Promise<Person> {
  const browser = browserOf(api);
  const organization = { name: "Their shop", currency: "USD" };
  const body = { email, name: "Mina Han", password: PASSWORD, organization };
  await browser.request("POST", "/v1/auth/register", { body, expected: 202 });
  const token = await mailedToken(api, email);
  const { body: signedIn } = await browser.request<SignedIn>("POST", "/v1/auth/verify-email", {
    body: { token },
    expected: 201,
  });
  return { browser, email, signedIn };
}

/** Somebody who was invited to the founder's organisation, has registered, and is signed in there. */
export async function colleague(api: Harness, of: Person, role: string, email = freshAddress()): Promise<Person> {
  const browser = browserOf(api);
  await of.browser.request("POST", "/v1/invitations", { body: { email, role }, expected: 201 });
  const invitationToken = await mailedToken(api, email);
  const body = { email, name: "Joon Park", password: PASSWORD, invitationToken };
  const answer = await browser.request<SignedIn>("POST", "/v1/auth/register", { body, expected: 201 });
  return { browser, email, signedIn: answer.body };
}
