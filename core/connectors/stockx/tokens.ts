import { readTokenAnswer } from "../answer.ts";
import { NotAuthorizedError } from "../errors.ts";
import type { TokenSource } from "../port.ts";
import type { Access, Token, TokenIo } from "../wire.ts";
import { authorizeUrl, tokenRequest } from "./requests.ts";
import { TokenSchema } from "./wire.ts";

const PROVIDER = "stockx";

/** Tokens of twelve hours, each got by a refresh token that may be another afterwards. */
export const tokens: TokenSource = {
  refreshBeforeMs: 10 * 60_000,

  async obtain(io, access) {
    // The one that was got last first; the one that somebody entered may be newer than what it descends from.
    const known = new Set([access.token?.refreshToken, access.credentials["refreshToken"]]);
    let refused: unknown = new NotAuthorizedError(PROVIDER, "nobody has authorized this account yet");
    for (const refreshToken of known) {
      if (refreshToken === undefined) continue;
      try {
        return await ask(io, access, { grant_type: "refresh_token", refresh_token: refreshToken });
      } catch (error) {
        if (!(error instanceof NotAuthorizedError)) throw error;
        refused = error;
      }
    }
    throw refused;
  },

  authorize: {
    url: authorizeUrl,
    exchange: (io, access, { code, redirectUri }) =>
      ask(io, access, { grant_type: "authorization_code", code, redirect_uri: redirectUri }),
  },
};

async function ask(io: TokenIo, access: Access, grant: Record<string, string>): Promise<Token> {
  const answer = await io.send(tokenRequest(access, grant));
  const { access_token, refresh_token, expires_in } = readTokenAnswer(PROVIDER, answer, TokenSchema);
  const refreshToken = refresh_token ?? grant["refresh_token"];
  return {
    accessToken: access_token,
    expiresAt: io.now() + expires_in * 1000,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}
