import type { Connector } from "./port.ts";
import type { Access, Token, TokenIo } from "./wire.ts";

/** Who keeps what an account signs in with. */
export interface AccessKeeper {
  /** What a call is signed with now; the token got or renewed first where it is time. Throws NotAuthorizedError. */
  current(io: TokenIo): Promise<Access>;
  /** After `refused` was not taken: with another token, got once however many ask for it. Throws NotAuthorizedError. */
  renewed(io: TokenIo, refused: Access): Promise<Access>;
  /** A person must authorize anew: no more calls until then. */
  lost(reason: string): Promise<void>;
}

/** Whether a token can still be used; undefined of who has none. */
export function isFresh(connector: Connector, token: Token | undefined, now: number): token is Token {
  if (!connector.tokens || !token) return false;
  return now < token.expiresAt - connector.tokens.refreshBeforeMs;
}

/** Keeps a token in this process only: for checks of credentials that are not stored, and for tests. */
export function inMemory(
  connector: Connector,
  known: Pick<Access, "credentials" | "settings"> & { token?: Token },
  now: () => number,
): AccessKeeper & { isLost: () => boolean } {
  let { token } = known;
  let underWay: Promise<Token> | undefined;
  let lost = false;
  const { credentials, settings } = known;
  const access = (): Access => ({ credentials, settings, now: now(), ...(token ? { token } : {}) });

  async function renew(io: TokenIo): Promise<Access> {
    if (!connector.tokens) return access();
    underWay ??= connector.tokens.obtain(io, access()).finally(() => {
      underWay = undefined;
    });
    token = await underWay;
    return access();
  }

  return {
    current: async (io) => (!connector.tokens || isFresh(connector, token, now()) ? access() : renew(io)),
    renewed: async (io, refused) => (refused.token?.accessToken === token?.accessToken ? renew(io) : access()),
    lost: async () => {
      lost = true;
    },
    isLost: () => lost,
  };
}
