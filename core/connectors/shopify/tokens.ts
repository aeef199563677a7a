import { readTokenAnswer } from "../answer.ts";
import { NotAuthorizedError } from "../errors.ts";
import type { TokenSource } from "../port.ts";
import { TOKEN_PATH } from "./constants.ts";
import { TokenSchema } from "./wire.ts";

/** As far away as a time may be that is written as a date. */
const NEVER = 8_640_000_000_000_000;

/** A custom app's own token, which lasts; or one of 24 hours for the credentials of an app of the Dev Dashboard. */
export const tokens: TokenSource = {
  refreshBeforeMs: 10 * 60_000,

  async obtain(io, { credentials, token }) {
    const { accessToken, clientId, clientSecret } = credentials;
    if (accessToken !== undefined) {
      if (token?.accessToken === accessToken)
        throw new NotAuthorizedError("shopify", "the app's access token is not taken any more");
      return { accessToken, expiresAt: NEVER };
    }
    if (clientId === undefined || clientSecret === undefined)
      throw new NotAuthorizedError("shopify", "there is neither an access token nor a client's ID and secret");
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const answer = await io.send({
      base: "auth",
      method: "POST",
      path: TOKEN_PATH,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams(form).toString(),
    });
    const given = readTokenAnswer("shopify", answer, TokenSchema);
    return { accessToken: given.access_token, expiresAt: io.now() + given.expires_in * 1_000 };
  },
};
