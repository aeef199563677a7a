import type { Answered, Asked } from "../provider/server.ts";
import { Refused } from "./errors.ts";
import { type EbayState, nextId } from "./state.ts";

const ACCESS_SECONDS = 7_200;
const REFRESH_SECONDS = 47_304_000;

export interface Application {
  clientId: string;
  clientSecret: string;
  /** Where its registered redirect leads, by RuName. */
  redirects: Readonly<Record<string, string>>;
}

const refusal = (error: string): Answered => ({
  status: 400,
  body: { error, error_description: "refused by the sandbox" },
});

/** The token endpoint: what it gives for a consent, and for what renews it. */
export function giveToken(state: EbayState, app: Application, asked: Asked): Answered {
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
  if (asked.header("authorization") !== `Basic ${basic}`)
    return { status: 401, body: { error: "invalid_client", error_description: "client authentication failed" } };
  const form = new URLSearchParams(asked.body);
  const accessToken = `v^1.1#demo-access-${nextId(state)}`;
  const given = { access_token: accessToken, expires_in: ACCESS_SECONDS, token_type: "User Access Token" };
  const keep = () => void (state.accessTokens[accessToken] = asked.now + ACCESS_SECONDS * 1_000);
  if (form.get("grant_type") === "refresh_token") {
    if (!state.refreshTokens.includes(form.get("refresh_token") ?? "")) return refusal("invalid_grant");
    keep();
    return { status: 200, body: given };
  }
  if (form.get("grant_type") !== "authorization_code") return refusal("unsupported_grant_type");
  const place = state.codes.indexOf(form.get("code") ?? "");
  if (place < 0) return refusal("invalid_grant");
  state.codes.splice(place, 1);
  keep();
  const refreshToken = `v^1.1#demo-refresh-${nextId(state)}`;
  state.refreshTokens.push(refreshToken);
  return { status: 200, body: { ...given, refresh_token: refreshToken, refresh_token_expires_in: REFRESH_SECONDS } };
}

/** The page where the seller consents, which here does so at once and goes back to who asked. */
export function consent(state: EbayState, { redirects, clientId }: Application, { query }: Asked): Answered {
  const to = redirects[query.get("redirect_uri") ?? ""] ?? query.get("redirect_uri") ?? "";
  if (query.get("client_id") !== clientId || !URL.canParse(to)) return { status: 400, body: "unauthorized_client" };
  const code = `v^1.1#demo-code-${nextId(state)}`;
  state.codes.push(code);
  const back = new URL(to);
  back.searchParams.set("code", code);
  back.searchParams.set("state", query.get("state") ?? "");
  return { status: 302, body: "", headers: { location: back.href } };
}

export function checkToken({ accessTokens }: EbayState, { header, now }: Asked): void {
  const [, token = ""] = /^Bearer (.+)$/.exec(header("authorization") ?? "") ?? [];
  if (now >= (accessTokens[token] ?? 0)) throw new Refused(401, 1001, "Invalid access token");
}
