import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from "node:crypto";
import type { Config } from "./config.ts";
import { Lru } from "./lru.ts";

type Keys = Pick<Config, "secretKey" | "previousSecretKeys">;

interface FieldKey {
  /** By which a sealed text says what it was sealed with; tells nothing of the key. */
  id: string;
  key: Uint8Array;
}

const FORM = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Of the few keys of this process; a derivation costs more than all the rest here. */
const derived = new Lru<FieldKey>({ max: 8 });

/** A text was altered, was sealed about something else, or its key is not among those of the configuration. */
export class UnsealError extends Error {
  override readonly name = "UnsealError";
}

/**
 * Somebody else's secret as it may be stored: AES-256-GCM under a key derived from SECRET_KEY. `about` names the record
 * and its owner: the sealed text opens for nothing else, wherever it is copied to.
 */
export function seal({ secretKey }: Keys, about: string, text: string): string {
  const { id, key } = fieldKey(secretKey);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return [FORM, id, sealed.toString("base64url")].join(".");
}

/** The text. Throws UnsealError, which says neither text nor key. */
export function unseal({ secretKey, previousSecretKeys }: Keys, about: string, sealed: string): string {
  const [form, id, packed = ""] = sealed.split(".");
  const found = [secretKey, ...previousSecretKeys].map(fieldKey).find((candidate) => candidate.id === id);
  if (form !== FORM || !found) throw new UnsealError("The text was sealed with a key that is not configured");
  const bytes = Buffer.from(packed, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new UnsealError("The text was cut");
  const decipher = createDecipheriv("aes-256-gcm", found.key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(about))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)).toString("utf8") + decipher.final("utf8");
  } catch (error) {
    throw new UnsealError("The text was altered, or is about something else", { cause: error });
  }
}

function fieldKey(secret: string): FieldKey {
  const name = hash("sha256", secret);
  let found = derived.get(name);
  if (!found) {
    const key = new Uint8Array(hkdfSync("sha256", secret, "", "stockwright field encryption v1", KEY_BYTES));
    found = { key, id: hash("sha256", key, "base64url").slice(0, 8) };
    derived.set(name, found);
  }
  return found;
}
