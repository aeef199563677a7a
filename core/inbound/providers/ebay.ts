import { createHash, type KeyObject, verify as verifySignature } from "node:crypto";
import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import { refused } from "../signature.ts";
import { type ProviderAdapter, record, text, timeOf } from "./adapter.ts";
import { publicKeys } from "./ebay-keys.ts";

const MAX_HEADER = 2_000;

const SignatureSchema = z.lazy(() =>
  z.object({ kid: z.string().regex(/^[\w-]{1,100}$/), signature: z.string().min(1).max(500) }),
);

/** Keys are found with the application's own credentials, and kept: one process asks for a key once an hour. */
const findKey = publicKeys();

export const ebay: ProviderAdapter = {
  async verify(resources, { header, body }, credentials) {
    const given = header("x-ebay-signature");
    if (given === undefined) throw refused("missing");
    const { kid, signature } = readSignature(given);
    let isKnown = false;
    for (const credential of credentials) {
      const found = await findKey(resources, kid, credential);
      isKnown ||= found !== undefined;
      if (found && isSigned(found, body, signature)) return;
    }
    throw refused(isKnown ? "mismatch" : "unknownKey");
  },

  describe(_delivery, { metadata, notification }) {
    const { notificationId, eventDate } = record(notification);
    return defined({
      externalEventId: text(notificationId),
      eventType: text(record(metadata)["topic"]),
      occurredAtMs: timeOf(eventDate),
    });
  },

  // Each try says when and the how-manieth it is.
  essence({ notification, ...rest }) {
    const { publishDate: _date, publishAttemptCount: _count, ...same } = record(notification);
    return { ...rest, notification: same };
  },
};

/** What eBay asks of an endpoint before it sends there, and now and then later: SHA-256 in hex of the three in this order. */
export function ebayChallengeResponse(challengeCode: string, verificationToken: string, endpoint: string): string {
  return createHash("sha256").update(challengeCode).update(verificationToken).update(endpoint).digest("hex");
}

function readSignature(header: string): z.output<typeof SignatureSchema> {
  if (header.length > MAX_HEADER) throw refused("malformed");
  try {
    return SignatureSchema.parse(JSON.parse(Buffer.from(header, "base64").toString()));
  } catch {
    throw refused("malformed");
  }
}

function isSigned({ key, digest }: { key: KeyObject; digest: string }, body: Uint8Array, signature: string): boolean {
  try {
    return verifySignature(digest, body, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
