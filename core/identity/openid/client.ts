import type { Subject } from "./identity.store.ts";

/** What one sign-in must bring back with it. All are used once. */
export interface Expected {
  state: string;
  nonce: string;
  /** The secret whose hash went ahead (PKCE, S256). */
  codeVerifier: string;
}

/** Who the provider says it is. */
export interface Claims extends Subject {
  email: string | undefined;
  /** Only what the provider has verified itself. */
  isEmailVerified: boolean;
  name: string | undefined;
}

/** One provider, as signing in needs it: a port, so that no verb knows the protocol. */
export interface OpenIdClient {
  /** Where the browser is sent. */
  authorizationUrl(expected: Expected): Promise<string>;
  /**
   * Turns the address to which the browser came back into who it is. Throws OpenIdRefused where anything in it, or in
   * what the provider then says, is not as expected; DEPENDENCY_UNAVAILABLE where the provider cannot be asked.
   */
  claims(callback: URL, expected: Expected): Promise<Claims>;
}

/** The provider's answer is not what was asked for. `reason` is for the log and the audit, not for the caller. */
export class OpenIdRefused extends Error {
  override readonly name = "OpenIdRefused";
  readonly reason: string;
  constructor(reason: string, cause?: unknown) {
    super("The sign-in was refused", cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Where this provider sends the browser back to: one for each, so that none can answer for another. */
export function callbackUrl(publicUrl: string, providerId: string): string {
  return `${publicUrl}/v1/auth/oidc/${providerId}/callback`;
}
