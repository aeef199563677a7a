import * as openid from "openid-client";
import type { Resources } from "../../platform/context.ts";
import { AppError, DependencyError } from "../../platform/errors.ts";
import type { OpenIdProvider } from "../../platform/openid-providers.ts";
import { callbackUrl, type Claims, type Expected, type OpenIdClient, OpenIdRefused } from "./client.ts";

const DESCRIBED_FOR_SECONDS = 3600;
const MAX_BYTES = 1024 * 1024;
const SCOPE = "openid email profile";

type Needs = Pick<Resources, "cache" | "config" | "http">;

/** `openid-client` over our own client of outbound calls: its time limits, its breaker, its refusal of private addresses. */
export async function createOpenIdClient(resources: Needs, provider: OpenIdProvider): Promise<OpenIdClient> {
  const configuration = await configure(resources, provider);
  const redirectUri = callbackUrl(resources.config.publicUrl, provider.id);

  return {
    async authorizationUrl({ state, nonce, codeVerifier }) {
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      });
      return url.href;
    },
    claims: (callback, expected) => exchange(configuration, callback, expected),
  };
}

async function exchange(configuration: openid.Configuration, callback: URL, expected: Expected): Promise<Claims> {
  try {
    const tokens = await openid.authorizationCodeGrant(configuration, callback, {
      expectedState: expected.state,
      expectedNonce: expected.nonce,
      pkceCodeVerifier: expected.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new OpenIdRefused("no id token");
    // Some providers put what they know of a person into the token, others tell it when they are asked.
    const asksMore = claims["email"] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = asksMore ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
    const { email, email_verified: isEmailVerified, name }: Record<string, unknown> = { ...claims, ...more };
    return {
      issuer: claims.iss,
      subject: claims.sub,
      email: text(email),
      isEmailVerified: isEmailVerified === true,
      name: text(name),
    };
  } catch (error) {
    throw refusal(error);
  }
}

/** Its metadata is asked for once an hour; its keys when a signature is checked. */
async function configure({ cache, http, config }: Needs, provider: OpenIdProvider): Promise<openid.Configuration> {
  const { issuer, clientId, clientSecret } = provider;
  const fetch = fetchOver(http, provider);
  const insecure = config.allowPrivateAddresses ? [openid.allowInsecureRequests] : [];
  try {
    const metadata = await cache.getOrSet(
      "openid",
      issuer,
      async () => {
        const options = { [openid.customFetch]: fetch, execute: insecure };
        const found = await openid.discovery(new URL(issuer), clientId, undefined, undefined, options);
        // Without the helper functions that come with it, which no cache can keep.
        return JSON.parse(JSON.stringify(found.serverMetadata())) as openid.ServerMetadata;
      },
      DESCRIBED_FOR_SECONDS,
    );
    const configuration = new openid.Configuration(metadata, clientId, clientSecret);
    configuration[openid.customFetch] = fetch;
    for (const allow of insecure) allow(configuration);
    // The token comes over TLS from the provider itself; that it is signed by the provider is checked all the same.
    openid.enableNonRepudiationChecks(configuration);
    return configuration;
  } catch (error) {
    throw unavailable(provider, error);
  }
}

function fetchOver(http: Resources["http"], { id }: OpenIdProvider): openid.CustomFetch {
  return async (url, { method, headers, body }) => {
    const sent = body === undefined || body === null ? {} : { body: bodyText(body) };
    const { status, ...answer } = await http.request({
      dependency: `openid:${id}`,
      url,
      method: method === "POST" ? "POST" : "GET",
      headers,
      ...sent,
      timeoutMs: 8_000,
      bodyTimeoutMs: 8_000,
      // A code is good for one try, and somebody waits.
      attempts: method === "POST" ? 1 : 2,
      maxBytes: MAX_BYTES,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk as Uint8Array);
    return new Response(Buffer.concat(chunks), { status, headers: answer.headers });
  };
}

function bodyText(body: openid.FetchBody): string {
  if (typeof body === "string" || body instanceof URLSearchParams) return body.toString();
  throw new TypeError("A provider is sent text only");
}

/** What the provider itself answers with a refusal (a code used twice, a missing verifier) is one; its silence is not. */
function refusal(error: unknown): unknown {
  if (error instanceof OpenIdRefused) return error;
  const cause = error instanceof Error && error.cause instanceof AppError ? error.cause : error;
  if (cause instanceof AppError) {
    const { upstreamStatus } = (cause.details ?? {}) as { upstreamStatus?: number };
    const isRefusal = upstreamStatus !== undefined && upstreamStatus >= 400 && upstreamStatus < 500 && !cause.retryable;
    return isRefusal ? new OpenIdRefused("the provider refused the code", cause) : cause;
  }
  if (error instanceof Error && "code" in error) return new OpenIdRefused(error.message, error);
  return error;
}

function unavailable({ id }: OpenIdProvider, error: unknown): unknown {
  if (error instanceof AppError) return error;
  return new DependencyError(`openid:${id}`, "The provider cannot be asked now", { cause: error });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
