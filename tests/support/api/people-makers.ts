import { browserOf, freshAddress, mailedToken, PASSWORD, type SignedIn } from "../people.ts";
import { fresh, make, type Shop } from "./makers.ts";

export const role = async (shop: Shop) =>
  (await make(shop, "/v1/roles", { name: fresh(shop), permissions: ["orders.read"] })).id;

const invite = (shop: Shop, email: string) => make(shop, "/v1/invitations", { email, role: "viewer" });

export const privacyRequest = async (shop: Shop) =>
  (await make(shop, "/v1/privacy-requests", { kind: "export", email: freshAddress() })).id;

export const invitation = async (shop: Shop) => (await invite(shop, freshAddress())).id;

/** Somebody who was invited and has registered. */
export async function member(shop: Shop): Promise<string> {
  const email = freshAddress();
  await invite(shop, email);
  const invitationToken = await mailedToken(shop, email);
  const body = { email, name: fresh(shop), password: PASSWORD, invitationToken };
  const answer = await browserOf(shop).request<SignedIn>("POST", "/v1/auth/register", { body, expected: 201 });
  return answer.body.user.id;
}
