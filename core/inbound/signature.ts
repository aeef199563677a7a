import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../platform/errors.ts";

/** How far a signed time may be from ours, either way: an older delivery may be a replay, a later one is a lie or a broken clock. */
export const TOLERANCE_MS = 300_000;

/** Bounds what one request can make us compute. */
export const MAX_SIGNATURES = 10;

export type RefusalReason = "missing" | "malformed" | "expired" | "future" | "mismatch" | "unknownKey";

const MESSAGES: Record<RefusalReason, string> = {
  missing: "The signature is missing",
  malformed: "The signature cannot be read",
  expired: "The signature is too old",
  future: "The signature's time is in the future",
  mismatch: "The signature does not match the body",
  unknownKey: "The signature's key is not known",
};

/** What is not verified is refused: 400, nothing is kept of it. */
export function refused(reason: RefusalReason): AppError {
  return new AppError("INVALID_SIGNATURE", MESSAGES[reason], { details: { reason } });
}

/** Throws INVALID_SIGNATURE unless the signed time is within the tolerance. Both in milliseconds since the epoch. */
export function checkTime(signedMs: number, nowMs: number): void {
  if (signedMs < nowMs - TOLERANCE_MS) throw refused("expired");
  if (signedMs > nowMs + TOLERANCE_MS) throw refused("future");
}

/**
 * Throws INVALID_SIGNATURE unless one of the signatures is the HMAC-SHA256 of the parts under one of the secrets. All are
 * compared, each in constant time, so that the time it takes says nothing about a signature.
 */
export function checkHmac(
  given: readonly Buffer[],
  secrets: readonly (string | Uint8Array)[],
  parts: readonly (string | Uint8Array)[],
): void {
  let matches = false;
  for (const secret of secrets) {
    const hmac = createHmac("sha256", secret);
    for (const part of parts) hmac.update(part);
    const expected = hmac.digest();
    for (const signature of given)
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches = true;
  }
  if (!matches) throw refused("mismatch");
}
