import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { Config } from "./config.ts";
import { Lru } from "./lru.ts";

type Keys = Pick<Config, "secretKey" | "previousSecretKeys"> & Partial<Pick<Config, "fieldKey" | "previousFieldKeys">>;

interface FieldKeys {
  /** By which a sealed text says what it was sealed with; tells nothing of the key. */
  id: string;
  /** As objects of Node's: from bytes, each use of a key costs 11 µs more. */
  sealing: KeyObject;
  indexing: KeyObject;
}

const FORM = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Of the few keys of this process; a derivation costs more than all the rest here. */
const derived = new Lru<FieldKeys>({ max: 8 });

/** A text was altered, was sealed about something else, or its key is not among those of the configuration. */
export class UnsealError extends Error {
  override readonly name = "UnsealError";
}

/** What texts may be sealed with; they are sealed with the first: FIELD_ENCRYPTION_KEY, or SECRET_KEY where there is none. */
function sealingSecrets({
  fieldKey,
  previousFieldKeys = [],
  secretKey,
  previousSecretKeys,
}: Keys): [string, ...string[]] {
  const others = [...previousFieldKeys, ...previousSecretKeys];
  return fieldKey === undefined ? [secretKey, ...others] : [fieldKey, secretKey, ...others];
}

/**
 * Somebody else's secret as it may be stored: AES-256-GCM under a key derived from FIELD_ENCRYPTION_KEY, or from SECRET_KEY
 * where there is none. `about` names the record
 * and its owner: the sealed text opens for nothing else, wherever it is copied to.
 */
export function seal(keys: Keys, about: string, text: string): string {
  const { id, sealing } = keysOf(sealingSecrets(keys)[0]);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealing, iv).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return [FORM, id, sealed.toString("base64url")].join(".");
}

/** The text. Throws UnsealError, which says neither text nor key. */
export function unseal(keys: Keys, about: string, sealed: string): string {
  const [form, id, packed = ""] = sealed.split(".");
  const found = sealingSecrets(keys)
    .map(keysOf)
    .find((candidate) => candidate.id === id);
  if (form !== FORM || !found) throw new UnsealError("The text was sealed with a key that is not configured");
  const bytes = Buffer.from(packed, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new UnsealError("The text was cut");
  const decipher = createDecipheriv("aes-256-gcm", found.sealing, bytes.subarray(0, IV_BYTES), {
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

const SEALED = new RegExp(`^${FORM}\\.[\\w-]{8}\\.[\\w-]+$`);

/** Whether it is a sealed text, by its form; of another key than the newest or not. */
export function sealedState(keys: Keys, text: unknown): "newest" | "former" | undefined {
  if (typeof text !== "string" || !SEALED.test(text)) return undefined;
  return text.split(".")[1] === keysOf(sealingSecrets(keys)[0]).id ? "newest" : "former";
}

/**
 * A name for a text by which it is found again and which says nothing of it: HMAC-SHA256 under a key derived from
 * SECRET_KEY, 43 characters. `about` keeps equal texts of two owners apart.
 */
export function blindName({ secretKey }: Keys, about: string, text: string): string {
  return named(secretKey, about, text);
}

/** Under each configured key, the current one first: what was named before the key rolled is found as well. */
export function blindNames({ secretKey, previousSecretKeys }: Keys, about: string, text: string): string[] {
  return [secretKey, ...previousSecretKeys].map((secret) => named(secret, about, text));
}

function named(secret: string, about: string, text: string): string {
  return createHmac("sha256", keysOf(secret).indexing).update(`${about}\n${text}`).digest("base64url");
}

function keysOf(secret: string): FieldKeys {
  const name = hash("sha256", secret);
  let found = derived.get(name);
  if (!found) {
    const sealing = derivedKey(secret, "stockwright field encryption v1");
    const indexing = derivedKey(secret, "stockwright blind index v1");
    found = { id: hash("sha256", sealing.export(), "base64url").slice(0, 8), sealing, indexing };
    derived.set(name, found);
  }
  return found;
}

function derivedKey(secret: string, purpose: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync("sha256", secret, "", purpose, KEY_BYTES)));
}
