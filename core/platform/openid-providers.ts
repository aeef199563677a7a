/** Somebody whom people may sign in with, by OpenID Connect. */
export interface OpenIdProvider {
  /** As it stands in our addresses: lower-case letters, digits, hyphens. */
  id: string;
  /** As people know it. */
  name: string;
  /** As it names itself, to the letter. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export const OPENID_PROVIDERS_FORM =
  'must be a JSON list of {"id","name","issuer","clientId","clientSecret"}, each id once, of a-z, 0-9 and "-"';

const ID = /^[a-z0-9][a-z0-9-]{0,30}$/;

/** Undefined where the text is not such a list; what is wrong with it is not said, since it holds secrets. */
export function readOpenIdProviders(text: string): OpenIdProvider[] | undefined {
  if (text.trim() === "") return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list) || !list.every(isProvider)) return undefined;
  return new Set(list.map(({ id }) => id)).size === list.length ? list : undefined;
}

function isProvider(value: unknown): value is OpenIdProvider {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, issuer, clientId, clientSecret } = value as Record<string, unknown>;
  return (
    [id, name, issuer, clientId, clientSecret].every((part) => typeof part === "string" && part !== "") &&
    ID.test(String(id)) &&
    /^https?:/.test(String(issuer)) &&
    URL.canParse(String(issuer))
  );
}
