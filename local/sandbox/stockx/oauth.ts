import type { Answered, Asked } from "../provider/server.ts";
import { nextNumber, Refused, type StockxState } from "./state.ts";

export interface StockxApplication {
  clientId: string;
  clientSecret: string;
  apiKey: string;
}

const ACCESS_SECONDS = 43_200;
/** A refresh token goes with its first use; so long it is taken once more, since the answer may have been lost. */
const REUSE_MS = 30_000;
const AUDIENCE = "gateway.stockx.com";

/** Auth0's refusals, which are no StockX errors. */
const refusal = (status: number, error: string): Answered => ({
  status,
  body: { error, error_description: "refused by the stand-in" },
});

/** The page where a seller consents: its one button sends them back with a code. */
export function authorize(state: StockxState, app: StockxApplication, { method, query }: Asked): Answered {
  const redirect = URL.parse(query.get("redirect_uri") ?? "");
  if (query.get("client_id") !== app.clientId || query.get("response_type") !== "code" || !redirect)
    return refusal(403, "access_denied");
  if (query.get("audience") !== AUDIENCE) return refusal(403, "invalid_audience");
  if (method !== "POST")
    return {
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: `<!doctype html><title>StockX (sandbox)</title><h1>StockX (sandbox)</h1>
<p>An application asks to sell for the demo seller.</p><form method="post"><button>Allow</button></form>`,
    };
  const code = `demo-code-${nextNumber(state)}`;
  state.codes[code] = redirect.href;
  redirect.searchParams.set("code", code);
  redirect.searchParams.set("state", query.get("state") ?? "");
  return { status: 303, headers: { location: redirect.href } };
}

/** The token endpoint. Each refresh token gives one other, except the one that the demo begins with. */
export function giveToken(
  state: StockxState,
  app: StockxApplication,
  lasting: string,
  { body, header, now }: Asked,
): Answered {
  const isJson = (header("content-type") ?? "").includes("json");
  const form = new Map(isJson ? Object.entries(JSON.parse(body) as object) : new URLSearchParams(body));
  if (form.get("client_id") !== app.clientId || form.get("client_secret") !== app.clientSecret)
    return refusal(401, "access_denied");
  if (form.get("grant_type") === "authorization_code") {
    const code = String(form.get("code"));
    const sentTo = state.codes[code];
    if (sentTo === undefined || sentTo !== URL.parse(String(form.get("redirect_uri")))?.href)
      return refusal(403, "invalid_grant");
    delete state.codes[code];
    return tokens(state, now);
  }
  if (form.get("grant_type") !== "refresh_token") return refusal(403, "unsupported_grant_type");
  const given = String(form.get("refresh_token"));
  if (given === lasting) return tokens(state, now);
  const until = state.refreshTokens[given];
  if (until === undefined || (until !== null && now > until)) return refusal(403, "invalid_grant");
  state.refreshTokens[given] = until ?? now + REUSE_MS;
  return tokens(state, now);
}

function tokens(state: StockxState, now: number): Answered {
  const number = nextNumber(state);
  const [accessToken, refreshToken] = [`demo-access-${number}`, `demo-refresh-${number}`];
  state.accessTokens[accessToken] = now + ACCESS_SECONDS * 1000;
  state.refreshTokens[refreshToken] = null;
  const body = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: ACCESS_SECONDS,
    token_type: "Bearer",
    scope: "openid offline_access",
  };
  return { status: 200, body };
}

/** Who calls shows the application's key and a token that lasts. */
export function checkToken(state: StockxState, app: StockxApplication, { header, now }: Asked): void {
  if (header("x-api-key") !== app.apiKey) throw new Refused(403, "Forbidden");
  const token = /^Bearer (.+)$/.exec(header("authorization") ?? "")?.[1] ?? "";
  const until = Object.hasOwn(state.accessTokens, token) ? state.accessTokens[token] : undefined;
  if (until === undefined || now >= until) throw new Refused(401, "Unauthorized");
}
