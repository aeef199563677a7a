import * as z from "zod";

/**
 * A path of our own, where somebody goes on after signing in. Browsers read `//host`, `/\host` and tabs within as other
 * hosts: so one slash, then printable characters without a backslash, and the parser has the last word.
 */
const PATH = /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/;
const ANYWHERE = "https://own.invalid";

export function isOwnPath(text: string): boolean {
  return PATH.test(text) && URL.canParse(text, ANYWHERE) && new URL(text, ANYWHERE).origin === ANYWHERE;
}

export const ReturnToSchema = z.lazy(() =>
  z
    .string()
    .max(1_000)
    .refine(isOwnPath, "must be a path of this site, such as /orders")
    .meta({ examples: ["/orders"] }),
);
