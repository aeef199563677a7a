import { createHmac } from "node:crypto";

/**
 * The signature of a call: all parameters but `sign`, by name in the order of their bytes, each name followed by its
 * value as it is before any encoding; HMAC-SHA256 by the secret, in capitals. System interfaces have their path in
 * front, business interfaces nothing.
 */
export function signature(secret: string, parameters: Readonly<Record<string, string>>, path = ""): string {
  const text = Object.keys(parameters)
    .filter((name) => name !== "sign")
    .toSorted()
    .map((name) => `${name}${parameters[name]}`)
    .join("");
  return createHmac("sha256", secret).update(`${path}${text}`).digest("hex").toUpperCase();
}
