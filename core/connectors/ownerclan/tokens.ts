import { readTokenAnswer } from "../answer.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import type { TokenSource } from "../port.ts";
import type { Token } from "../wire.ts";
import { DEFAULT_TOKEN_MS, REFRESH_BEFORE_MS } from "./constants.ts";
import { token as tokenRequest } from "./requests.ts";
import { type TokenAnswer, TokenSchema } from "./wire.ts";

/** What can stand in a header: an error page that came with a 200 cannot. */
const TOKEN = /^[\w.~+/=-]{8,}$/;

export const tokens: TokenSource = {
  refreshBeforeMs: REFRESH_BEFORE_MS,
  async obtain(io, { credentials }) {
    const answer = readTokenAnswer("ownerclan", await io.send(tokenRequest(credentials)), TokenSchema);
    return readToken(answer, io.now());
  },
};

/** The token that an answer holds, be it the answer itself. Throws PermanentError where there is none, or one that has ended. */
export function readToken(answer: TokenAnswer, now: number): Token {
  const accessToken = textOf(answer)
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
  if (!TOKEN.test(accessToken)) throw new PermanentError("ownerclan", "answered no token");
  const seconds = typeof answer === "string" ? undefined : (answer.expires_in ?? answer.expiresIn);
  const until = endOf(accessToken) ?? now + (seconds === undefined ? DEFAULT_TOKEN_MS : seconds * 1_000);
  const lasts = until - now;
  if (lasts <= 0) throw new PermanentError("ownerclan", "gave a token that has ended");
  // One that lasts no longer than the day before its end is replaced at half its life.
  const expiresAt = lasts > 2 * REFRESH_BEFORE_MS ? until : now + Math.floor(lasts / 2) + REFRESH_BEFORE_MS;
  return { accessToken, expiresAt };
}

function textOf(answer: TokenAnswer): string {
  return typeof answer === "string" ? answer : (answer.access_token ?? answer.accessToken ?? answer.token ?? "");
}

/** The `exp` of a JWT in milliseconds; undefined of another token. It is the issuer's word to us, so nothing is verified. */
function endOf(accessToken: string): number | undefined {
  const [, claims] = accessToken.split(".");
  if (claims === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
    const exp = typeof read === "object" && read !== null && "exp" in read ? read.exp : undefined;
    return typeof exp === "number" ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
