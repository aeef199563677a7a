import * as z from "zod";
import { CONNECTORS, connectorNamed, type Field, type Manifest } from "../connectors/index.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import type { Resource } from "../platform/resources.ts";

/** `needsAuthorization`: a person must consent, or give other credentials. Of `disconnected` ones nothing secret is left. */
export const ACCOUNT_STATUSES = ["active", "paused", "needsAuthorization", "disconnected"] as const;

export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** Somebody's account at a provider. What it signs in with stands apart, sealed, and is in no answer. */
export interface Account extends Resource {
  provider: string;
  name: string;
  status: AccountStatus;
  settings: Record<string, string>;
  /** Which credentials are there; never what they are. */
  credentials: string[];
  /** When somebody last consented. */
  authorizedAt?: string;
  /** Why it needs an authorization. */
  problem?: { message: string; at: string };
  /** A check that was asked for and has not been done. */
  checkRequestedAt?: string;
  lastCheck?: { at: string; isGood: boolean; message?: string };
}

export const MOST_ACCOUNTS = 100;

const NameSchema = () =>
  z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ examples: ["Main account"] });

const FieldsSchema = () => z.record(z.string().min(1).max(60), z.string().min(1).max(8_000));

const ProviderSchema = () => z.enum(CONNECTORS.map(({ name }) => name));

export const CreateAccountSchema = z.lazy(() =>
  z
    .object({
      provider: ProviderSchema(),
      name: NameSchema(),
      credentials: FieldsSchema()
        .default({})
        .describe("As `GET /v1/connectors` names them; kept encrypted, never answered"),
      settings: FieldsSchema().default({}).describe("As `GET /v1/connectors` names them"),
    })
    .strict(),
);

export const UpdateAccountSchema = z.lazy(() =>
  z
    .object({
      name: NameSchema().optional(),
      credentials: FieldsSchema().optional().describe("In place of those of these names; the others stay"),
      settings: z
        .record(z.string().min(1).max(60), z.string().min(1).max(8_000).nullable())
        .optional()
        .describe("In place of those of these names; null takes one away"),
      status: z.enum(["active", "paused"]).optional(),
      isDefault: z.literal(true).optional().describe("Takes the place of the provider's default account"),
    })
    .strict(),
);

/** The provider's manifest. Throws Error: the name comes from a schema or a record. */
export function manifestOf(provider: string): Manifest {
  const manifest = connectorNamed(provider);
  if (!manifest) throw new Error(`There is no connector ${provider}`);
  return manifest;
}

const CONTROL = /\p{Cc}/u;

/** Throws ValidationError naming every field that the provider does not take, wants, or wants otherwise. Never a value. */
export function checkFields(
  { title, credentials, settings }: Manifest,
  given: { credentials: Readonly<Record<string, string>>; settings: Readonly<Record<string, string>> },
): void {
  const faults = [
    ...faultsIn("credentials", title, credentials, given.credentials),
    ...faultsIn("settings", title, settings, given.settings),
  ];
  if (faults.length > 0) throw new ValidationError(faults);
}

function faultsIn(
  part: string,
  title: string,
  fields: Readonly<Record<string, Field>>,
  given: Readonly<Record<string, string>>,
): Fault[] {
  const unknown = Object.keys(given)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ path: `${part}.${name}`, code: "unrecognized_keys", message: `${title} takes no such field` }));
  const wrong = Object.entries(fields).flatMap(([name, { optional, pattern }]): Fault[] => {
    const path = `${part}.${name}`;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return optional ? [] : [{ path, code: "required", message: `${title} needs it` }];
    if (CONTROL.test(value)) return [{ path, code: "invalid_format", message: "must not hold control characters" }];
    if (pattern && !pattern.test(value))
      return [{ path, code: "invalid_format", message: `must look like ${pattern.source}` }];
    return [];
  });
  return [...unknown, ...wrong];
}

/** Whether the account's owner has to consent in a browser before anything can be sent. */
export async function needsConsent(
  manifest: Manifest,
  credentials: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (Object.hasOwn(credentials, "refreshToken")) return false;
  const { tokens } = await manifest.load();
  return tokens?.authorize !== undefined;
}

/** Whether a token that was got before is of no use after the change: other credentials, or another host. */
export function losesToken(
  { bases }: Manifest,
  changes: { credentials?: object | undefined; settings?: object | undefined },
): boolean {
  const hosts = Object.values(bases).join(" ");
  return (
    Object.keys(changes.credentials ?? {}).length > 0 ||
    Object.keys(changes.settings ?? {}).some((name) => hosts.includes(`{${name}}`))
  );
}

export type AccountView = Account & { isDefault: boolean };

export const viewAccount = (account: Account, defaults: ReadonlyMap<string, string>): AccountView => ({
  ...account,
  isDefault: defaults.get(account.provider) === account.id,
});
