import type { OutboundError } from "../platform/http/errors.ts";
import type { Capabilities, Capability } from "./capabilities.ts";
import type { Access, Base, Connection, Token, TokenIo, WireAnswer, WireRequest } from "./wire.ts";

/** What is known of a connector without loading it: every process that lists accounts reads all of them. */
export interface Manifest {
  /** In small letters: the name of the provider in accounts, and of the channel in orders and listings. */
  name: string;
  title: string;
  capabilities: readonly Capability[];
  /** What an account signs in with. All are sealed, and none is ever answered, logged or put into a message. */
  credentials: Readonly<Record<string, Field>>;
  /** What else an account says: not secret. */
  settings: Readonly<Record<string, Field>>;
  /** Where it is in the real world; `<NAME>_API_BASE` and `<NAME>_AUTH_BASE` in the environment say otherwise. */
  bases: Readonly<Record<Base, string>>;
  /** What the provider allows one account. All that apply to a call are taken before it leaves. */
  limits: readonly Limit[];
  /** Whether quantities of presales may be told, where it has `listings`. */
  takesPresale?: boolean;
  load: () => Promise<Connector>;
}

export interface Field {
  title: string;
  optional?: boolean;
  /** What it must look like. */
  pattern?: RegExp;
}

/** `limit` units in any window of `windowMs` that begins at a multiple of it (`fixed`, by UTC) or anywhere (`sliding`). */
export interface Limit {
  name: string;
  limit: number;
  windowMs: number;
  window: "sliding" | "fixed";
  /** Which calls it counts: all where absent. */
  scope?: string;
  /** Share of the limit that only urgent calls may take, 0 to 1. */
  keptForUrgent?: number;
}

export type Connector = { [C in Capability]?: Capabilities[C] } & {
  /** How a call shows whose it is. Pure: given what is known, the request as it leaves. */
  sign: (request: WireRequest, access: Access) => WireRequest;
  /** How a token is got, for those who have tokens. */
  tokens?: TokenSource;
  /**
   * The error that an answer means where the status alone does not say it (a fault in the body of a 200, a temporary one
   * behind a 400, a TokenRefusedError behind a 200); undefined where the status says enough. It must name no address and
   * no credential.
   */
  errorOf?: (answer: WireAnswer) => OutboundError | undefined;
  /**
   * The lightest call that shows that the account is good, for who checks it: that a token can be got, or is kept, does
   * not. Every registered connector has one (tests/unit/connectors/checks.test.ts).
   */
  check?: (connection: Connection) => Promise<void>;
};

export interface TokenSource {
  /** From so long before its end a token is replaced, in milliseconds. */
  refreshBeforeMs: number;
  /** Gets a token: by the one before where it can be renewed, otherwise by the credentials. Throws NotAuthorizedError where a person must consent anew. */
  obtain(io: TokenIo, access: Access): Promise<Token>;
  /** Where a person consents in their browser. A credential `refreshToken` stands for a consent that was given elsewhere. */
  authorize?: {
    url(access: Access, ask: { state: string; redirectUri: string; authBase: string }): string;
    exchange(io: TokenIo, access: Access, answer: { code: string; redirectUri: string }): Promise<Token>;
  };
}
