import { createPublicKey, type KeyObject } from "node:crypto";
import { text as readText } from "node:stream/consumers";
import * as z from "zod";
import type { Resources } from "../../platform/context.ts";
import { DependencyError } from "../../platform/errors.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import { Lru } from "../../platform/lru.ts";
import type { Credentials } from "./adapter.ts";

export interface PublicKey {
  key: KeyObject;
  digest: "sha1" | "sha256";
}

type Calls = Pick<Resources, "http" | "now" | "log">;
type Find = (resources: Calls, kid: string, credentials: Credentials) => Promise<PublicKey | undefined>;

/** eBay asks to keep them so long. */
const KEY_MS = 3_600_000;
/** Anybody can send key ids that do not exist: each is asked for once in this time, and so many in a minute. */
const UNKNOWN_MS = 300_000;
const UNKNOWN_A_MINUTE = 5;
const MINUTE_MS = 60_000;
const KEPT = 100;
/** Before its end, so that none ends on its way. */
const TOKEN_MARGIN_MS = 60_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 65_536;
const SCOPE = "https://api.ebay.com/oauth/api_scope";

const TokenSchema = z.lazy(() => z.object({ access_token: z.string(), expires_in: z.number() }));
const KeySchema = z.lazy(() => z.object({ key: z.string(), digest: z.string() }));

/** Finds eBay's public keys and remembers them. Undefined where eBay knows no such key; throws when eBay cannot be asked. */
export function publicKeys(): Find {
  const keys = new Lru<{ found: PublicKey; until: number }>({ max: KEPT });
  const unknown = new Lru<number>({ max: KEPT });
  let unknownAsked: number[] = [];
  const tokens = new Lru<{ token: string; until: number }>({ max: KEPT });

  async function tokenOf({ http, now }: Calls, credentials: Credentials): Promise<string> {
    const { clientId = "", clientSecret = "" } = credentials;
    const name = `${baseOf(credentials)} ${clientId}`;
    const known = tokens.get(name);
    if (known && now() < known.until) return known.token;
    const answer = await http.request({
      dependency: "ebay",
      url: `${baseOf(credentials)}/identity/v1/oauth2/token`,
      method: "POST",
      // Asking twice gives two tokens, of which one is forgotten.
      attempts: 2,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: SCOPE }).toString(),
    });
    const { access_token: token, expires_in: seconds } = TokenSchema.parse(JSON.parse(await readText(answer.body)));
    tokens.set(name, { token, until: now() + seconds * 1000 - TOKEN_MARGIN_MS });
    return token;
  }

  async function ask(resources: Calls, kid: string, credentials: Credentials): Promise<PublicKey | undefined> {
    try {
      const token = await tokenOf(resources, credentials);
      const answer = await resources.http.request({
        dependency: "ebay",
        url: `${baseOf(credentials)}/commerce/notification/v1/public_key/${kid}`,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        attempts: 2,
        headers: { authorization: `Bearer ${token}` },
      });
      return keyOf(KeySchema.parse(JSON.parse(await readText(answer.body))));
    } catch (error) {
      if (error instanceof PermanentError && error.upstreamStatus === 404) return undefined;
      // Whoever sends is asked to come again; what the fault was is ours to see.
      resources.log.warn("A public key of eBay could not be fetched", { kid, error });
      throw new DependencyError("ebay", "eBay could not be asked for its public key", { cause: error });
    }
  }

  return async (resources, kid, credentials) => {
    const name = `${baseOf(credentials)} ${kid}`;
    const now = resources.now();
    const known = keys.get(name);
    if (known && now < known.until) return known.found;
    unknownAsked = unknownAsked.filter((at) => at > now - MINUTE_MS);
    if (now < (unknown.get(name) ?? 0) || unknownAsked.length >= UNKNOWN_A_MINUTE) return undefined;
    const found = await ask(resources, kid, credentials);
    if (found) keys.set(name, { found, until: now + KEY_MS });
    else {
      unknown.set(name, now + UNKNOWN_MS);
      unknownAsked.push(now);
    }
    return found;
  };
}

const baseOf = ({ sandbox }: Credentials) => (sandbox ? "https://api.sandbox.ebay.com" : "https://api.ebay.com");

/** eBay writes its PEM without line breaks, which no parser takes. The digest is its to say, but only one of two. */
function keyOf({ key, digest }: z.output<typeof KeySchema>): PublicKey {
  const der = Buffer.from(key.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  return {
    key: createPublicKey({ key: der, format: "der", type: "spki" }),
    digest: digest.toUpperCase().replace("-", "") === "SHA256" ? "sha256" : "sha1",
  };
}
