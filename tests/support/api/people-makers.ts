import { type Browser, browserOf, founder, freshAddress, mailedToken, PASSWORD, type SignedIn } from "../people.ts";
import { linkWrites } from "../../../core/identity/openid/identity.store.ts";
import { of, type Prepare } from "./good.ts";
import { fresh, make, type Shop } from "./makers.ts";

export const role = async (shop: Shop) =>
  (await make(shop, "/v1/roles", { name: fresh(shop), permissions: ["orders.read"] })).id;

const invite = (shop: Shop, email: string) => make(shop, "/v1/invitations", { email, role: "viewer" });

export const privacyRequest = async (shop: Shop) =>
  (await make(shop, "/v1/privacy-requests", { kind: "export", email: freshAddress() })).id;

export const invitation = async (shop: Shop) => (await invite(shop, freshAddress())).id;

/** An owner of the shop, signed in. */
export async function owner(shop: Shop): Promise<Browser> {
  const browser = browserOf(shop);
  const email = freshAddress();
  await make(shop, "/v1/invitations", { email, role: "owner" });
  const body = { email, name: fresh(shop), password: PASSWORD, invitationToken: await mailedToken(shop, email) };
  await browser.request("POST", "/v1/auth/register", { body, expected: 201 });
  return browser;
}

/** The id of another session of a person, in another browser. */
export async function otherSession(shop: Shop, person: Browser): Promise<string> {
  const { body: me } = await person.request<{ email: string }>("GET", "/v1/users/me", { expected: 200 });
  await browserOf(shop).signIn(me.email);
  type Sessions = { items: { id: string; isCurrent: boolean }[] };
  const { body } = await person.request<Sessions>("GET", "/v1/auth/sessions", { expected: 200 });
  const other = body.items.find(({ isCurrent }) => !isCurrent);
  if (!other) throw new Error("The person has no other session");
  return other.id;
}

/** Somebody who was invited and has registered. */
export async function member(shop: Shop): Promise<string> {
  const email = freshAddress();
  await invite(shop, email);
  const invitationToken = await mailedToken(shop, email);
  const body = { email, name: fresh(shop), password: PASSWORD, invitationToken };
  const answer = await browserOf(shop).request<SignedIn>("POST", "/v1/auth/register", { body, expected: 201 });
  return answer.body.user.id;
}

/** Of what people ask for themselves, and for others who are known here. */
export const PEOPLE_REQUESTS: Record<string, Prepare> = {
  "delete /v1/auth/sessions/{id}": async (shop) => {
    const person = await owner(shop);
    return { person, params: { id: await otherSession(shop, person) } };
  },
  "post /v1/invitations/accept": async (shop) => {
    const { browser, email } = await founder(shop);
    await invite(shop, email);
    return { person: browser, body: { token: await mailedToken(shop, email) } };
  },
  "delete /v1/users/me/providers/{provider}": async (shop) => {
    const person = await owner(shop);
    const { body } = await person.request<{ id: string }>("GET", "/v1/users/me", { expected: 200 });
    const subject = { issuer: "https://house.example", subject: body.id };
    await shop.ctx.table.transact(linkWrites(body.id, "house", subject));
    return { person, params: { provider: "house" } };
  },
  "post /v1/auth/switch-organization": async (shop) => ({
    person: await owner(shop),
    body: { organizationId: shop.organization.id },
  }),
  "post /v1/auth/change-password": async (shop) => ({
    person: await owner(shop),
    body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}, and one more` },
  }),
  "get /v1/privacy-requests/{id}": of(privacyRequest),
  "get /v1/privacy-requests/{id}/export": of(privacyRequest),
  "post /v1/privacy-requests/{id}/close": of(privacyRequest, { note: "Handed over" }),
};
