import type * as z from "zod";
import { readTokenAnswer } from "../answer.ts";
import { NotAuthorizedError } from "../errors.ts";
import type { TokenSource } from "../port.ts";
import type { Access, Token, TokenIo } from "../wire.ts";
import { SCOPES } from "./constants.ts";
import { tokenRequest } from "./requests.ts";
import { TokenSchema } from "./wire.ts";

/** Tokens live two hours; what renews them up to 18 months, after which the seller consents anew. */
export const tokens: TokenSource = {
  refreshBeforeMs: 5 * 60_000,

  async obtain(io, access) {
    const refreshToken = access.token?.refreshToken ?? access.credentials["refreshToken"];
    if (refreshToken === undefined) throw new NotAuthorizedError("ebay", "the seller has not consented yet");
    const renewed = await ask(io, access, {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      scope: SCOPES.join(" "),
    });
    // A renewal names no refresh token: the one that it was made with goes on.
    return { refreshToken, ...renewed };
  },

  authorize: {
    // eBay takes the RuName of a redirect that was registered there, not the address itself.
    url: ({ credentials, settings }, { state, redirectUri, authBase }) => {
      const query = new URLSearchParams({
        client_id: credentials["clientId"] ?? "",
        redirect_uri: settings["ruName"] ?? redirectUri,
        response_type: "code",
        scope: SCOPES.join(" "),
        state,
      });
      return `${authBase}/oauth2/authorize?${query.toString()}`;
    },
    exchange: (io, access, { code, redirectUri }) =>
      ask(io, access, {
        grant_type: "authorization_code",
        code,
        redirect_uri: access.settings["ruName"] ?? redirectUri,
      }),
  },
};

async function ask(io: TokenIo, access: Access, form: Record<string, string>): Promise<Token> {
  const answer: z.output<typeof TokenSchema> = readTokenAnswer(
    "ebay",
    await io.send(tokenRequest(access.credentials, form)),
    TokenSchema,
  );
  const { access_token: accessToken, expires_in: seconds, refresh_token: refreshToken } = answer;
  return { accessToken, expiresAt: io.now() + seconds * 1000, ...(refreshToken ? { refreshToken } : {}) };
}
