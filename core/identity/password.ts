import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import * as z from "zod";

const BLOCK_SIZE = 8;
const PASSES = 3;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const LEAST_LENGTH = 10;
/** Fewer different characters than this are a pattern, not a password. */
const LEAST_DIFFERENT = 5;

/** Those of the well-known lists that are long enough to pass otherwise. */
const COMMON =
  /^(?:password|passw0rd|qwert[yz]u?i?o?p?|asdfghjkl|letmein|welcome|iloveyou|changeme|admin(?:istrator)?|football|sunshine|stockwright|1q2w3e4r5?t?|abc)[\d\W_]*$|^[\d\W_]*(?:0?123456789\d*|987654321\d*)[\d\W_]*$/i;

/** A password to be set: length counts, not its kinds of characters (NIST SP 800-63B). */
export const NewPasswordSchema = z.lazy(() =>
  z
    .string()
    .min(LEAST_LENGTH, `must have ${LEAST_LENGTH} characters or more`)
    .max(200)
    .refine((text) => new Set(text).size >= LEAST_DIFFERENT && !COMMON.test(text), "is too easy to guess")
    .meta({ examples: ["seven grey herons on the Han"] }),
);

/** A password to be compared, which may have been set under other rules. */
export const PasswordSchema = z.lazy(() => z.string().min(1).max(1_000));

interface Parameters {
  /** The power of two that says how many blocks of 1 KiB are filled. */
  cost: number;
  blockSize: number;
  passes: number;
}

/** `$scrypt$ln=15,r=8,p=3$salt$hash`: the hash says how it was made, so that the next one may be made otherwise. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const parameters = { cost, blockSize: BLOCK_SIZE, passes: PASSES };
  const hash = await derive(password, salt, parameters, HASH_BYTES);
  return `$scrypt$ln=${cost},r=${BLOCK_SIZE},p=${PASSES}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

const FORM = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/**
 * Is it this password? Without a stored hash (nobody there, or somebody without a password) it works as long as for a
 * wrong one. `outdated` when the hash was made with other parameters than `cost` asks for now.
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
  cost: number,
): Promise<{ isRight: boolean; outdated: boolean }> {
  const found = stored === undefined ? undefined : FORM.exec(stored);
  if (!found) {
    await derive(password, randomBytes(SALT_BYTES), { cost, blockSize: BLOCK_SIZE, passes: PASSES }, HASH_BYTES);
    return { isRight: false, outdated: false };
  }
  const [, ln, r, p, salt = "", hash = ""] = found;
  const parameters = { cost: Number(ln), blockSize: Number(r), passes: Number(p) };
  const expected = Buffer.from(hash, "base64url");
  const given = await derive(password, Buffer.from(salt, "base64url"), parameters, expected.length);
  const isCurrent = parameters.cost === cost && parameters.blockSize === BLOCK_SIZE && parameters.passes === PASSES;
  return { isRight: timingSafeEqual(given, expected), outdated: !isCurrent };
}

/** Keyboards compose accents differently: what looks the same is the same password. */
function derive(password: string, salt: Uint8Array, parameters: Parameters, length: number): Promise<Buffer> {
  const { cost, blockSize, passes } = parameters;
  const blocks = 2 ** cost;
  // Node refuses beyond 32 MiB unless told.
  const options = { N: blocks, r: blockSize, p: passes, maxmem: 256 * blocks * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
