/** What this side remembers of a sign-in that is under way elsewhere. */
export interface Journey extends Record<string, unknown> {
  provider: string;
  nonce: string;
  codeVerifier: string;
  /** Hash of what the browser's cookie holds: whoever is given a foreign link to come back by has another cookie. */
  browser: string;
  returnTo: string;
  invitationToken?: string;
  organization?: { name: string; currency: string };
}
