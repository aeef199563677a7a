import { generateKeyPairSync, sign } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../core/inbound/providers/adapter.ts";
import { ebay, ebayChallengeResponse } from "../../../core/inbound/providers/ebay.ts";
import type { HttpRequest } from "../../../core/platform/http/client.ts";
import { PermanentError, TransientError } from "../../../core/platform/http/errors.ts";
import { testContext } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
/** As eBay writes it: without line breaks. */
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "");
const BODY = Buffer.from(
  JSON.stringify({
    metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
    notification: {
      notificationId: "49feeaeb-4982-42d9-a377-9645b8479411",
      eventDate: "2026-11-20T20:43:59.462Z",
      publishDate: "2026-11-20T20:43:59.679Z",
      publishAttemptCount: 1,
      data: { username: "test_user", userId: "ma8vp1jySJC" },
    },
  }),
);

let kids = 0;
/** A key id, an application and an eBay that knows them, so that no test meets what another's has left in the cache. */
function market(answer: (request: HttpRequest) => object = () => ({ algorithm: "ECDSA", digest: "SHA1", key: PEM })) {
  const kid = `kid-${process.pid}-${++kids}`;
  const credentials: Credentials = { secret: "t".repeat(40), clientId: `app-${kid}`, clientSecret: "s" };
  const asked: HttpRequest[] = [];
  const clock = stoppedClock();
  const request = (input: HttpRequest) => {
    asked.push(input);
    const body = input.url.endsWith("/token") ? { access_token: "token", expires_in: 7200 } : answer(input);
    const stream = Readable.from([JSON.stringify(body)]);
    return Promise.resolve({ status: 200, headers: {}, body: stream });
  };
  const resources = testContext({ http: { request }, now: clock.now });
  const verify = (header: string | undefined, body: Buffer = BODY, ...others: Credentials[]) =>
    Promise.resolve(ebay.verify(resources, { body, header: () => header }, [...others, credentials]));
  return { kid, credentials, asked, clock, verify };
}

const headerOf = (fields: object) => Buffer.from(JSON.stringify(fields)).toString("base64");
const signed = (kid: string, body: Buffer = BODY, digest = "sha1") =>
  headerOf({ alg: "ecdsa", kid, digest: "SHA1", signature: sign(digest, body, privateKey).toString("base64") });

describe("eBay's signature", () => {
  it("verifies the body with the key that eBay names for it, which is asked for once an hour", async () => {
    const { kid, asked, clock, verify } = market();
    await verify(signed(kid));
    await verify(signed(kid));
    expect(asked.map(({ url }) => url)).toEqual([
      "https://api.ebay.com/identity/v1/oauth2/token",
      `https://api.ebay.com/commerce/notification/v1/public_key/${kid}`,
    ]);
    expect(asked[1]?.headers).toEqual({ authorization: "Bearer token" });
    clock.advance(3_600_001);
    await verify(signed(kid));
    expect(asked).toHaveLength(3);
  });

  it("is made with the digest that the key says, not the one that the sender says", async () => {
    const { kid, verify } = market(() => ({ algorithm: "ECDSA", digest: "SHA256", key: PEM }));
    await verify(signed(kid, BODY, "sha256"));
    await expect(verify(signed(kid))).rejects.toMatchObject({ details: { reason: "mismatch" } });
  });

  it("is refused when it is missing, cannot be read, is another's or is of another body", async () => {
    const { kid, verify, asked } = market();
    await expect(verify(undefined)).rejects.toMatchObject({ details: { reason: "missing" } });
    for (const odd of ["", "x", headerOf({}), headerOf({ kid: "../../token", signature: "x" }), "A".repeat(3_000)])
      await expect(verify(odd), odd).rejects.toMatchObject({ details: { reason: "malformed" } });
    expect(asked).toEqual([]);
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const forged = headerOf({ kid, signature: sign("sha1", BODY, stranger).toString("base64") });
    await expect(verify(forged)).rejects.toMatchObject({ details: { reason: "mismatch" } });
    await expect(verify(headerOf({ kid, signature: "AAAA" }))).rejects.toMatchObject({ code: "INVALID_SIGNATURE" });
    const altered = Buffer.from(BODY.toString().replace("test_user", "best_user"));
    await expect(verify(signed(kid), altered)).rejects.toMatchObject({ details: { reason: "mismatch" } });
  });

  it("of a key that eBay does not know is refused, and eBay is not asked for it again and again", async () => {
    const { kid, asked, clock, verify } = market(() => {
      throw new PermanentError("ebay", "answered 404", { upstreamStatus: 404 });
    });
    for (let time = 0; time < 3; time++)
      await expect(verify(signed(kid))).rejects.toMatchObject({ details: { reason: "unknownKey" } });
    expect(asked).toHaveLength(2);
    for (let other = 0; other < 50; other++)
      await expect(verify(signed(`${kid}-${other}`))).rejects.toMatchObject({ details: { reason: "unknownKey" } });
    expect(asked.length, "as many as one minute allows, whoever sends them").toBeLessThanOrEqual(6);
    clock.advance(61_000);
    await expect(verify(signed(`${kid}-again`))).rejects.toMatchObject({ details: { reason: "unknownKey" } });
    clock.advance(61_000);
  });

  it("that cannot be checked because eBay does not answer is neither taken nor refused for good", async () => {
    const { kid, verify } = market(() => {
      throw new TransientError("ebay", "answered 500", { upstreamStatus: 500 });
    });
    await expect(verify(signed(kid))).rejects.toMatchObject({ code: "DEPENDENCY_UNAVAILABLE", retryable: true });
  });

  it("of the sandbox is asked of the sandbox", async () => {
    const { kid, asked, credentials, verify } = market();
    credentials.sandbox = true;
    await verify(signed(kid));
    expect(asked.every(({ url }) => url.startsWith("https://api.sandbox.ebay.com/"))).toBe(true);
  });
});

it("the answer to eBay's challenge is SHA-256 in hex of challenge, token and endpoint, as in eBay's own example", () => {
  const challenge = "a8628072-3d33-45ee-9004-bee86830a22d";
  const token = "71745723-d031-455c-bfa5-f90d11b4f20a";
  expect(ebayChallengeResponse(challenge, token, "http://www.testendpoint.com/webhook")).toBe(
    "ca527df75caa230092d7e90484071e8f05d63068f1317973d6a3a42593734bbb",
  );
});

it("an event of eBay is known by its notification's id, whatever the try", () => {
  const payload = JSON.parse(BODY.toString()) as Record<string, unknown>;
  expect(ebay.describe({ header: () => undefined }, payload, 0)).toEqual({
    externalEventId: "49feeaeb-4982-42d9-a377-9645b8479411",
    eventType: "MARKETPLACE_ACCOUNT_DELETION",
    occurredAtMs: Date.parse("2026-11-20T20:43:59.462Z"),
  });
  const notification = payload["notification"] as object;
  const again = {
    ...payload,
    notification: { ...notification, publishAttemptCount: 2, publishDate: "2026-11-21T00:00:00Z" },
  };
  expect(ebay.essence(again)).toEqual(ebay.essence(payload));
  const other = { ...payload, notification: { ...notification, data: { username: "best_user" } } };
  expect(ebay.essence(other)).not.toEqual(ebay.essence(payload));
});
