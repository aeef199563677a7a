import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { parse } from "../platform/parse.ts";
import { revise } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type Account,
  type AccountStatus,
  type AccountView,
  checkFields,
  losesToken,
  manifestOf,
  needsConsent,
  UpdateAccountSchema,
  viewAccount,
} from "./account.ts";
import { accounts, defaultWrite, nameKey, nameRemoval, nameWrite, readDefaults } from "./account.store.ts";
import { conflictOf, nameExists } from "./accounts.ts";
import { credentialsKey, credentialsWrite, openCredentials, tokenReset } from "./secret.store.ts";
import { WHAT } from "./status.ts";

/**
 * Renames, pauses, resumes; gives other settings or credentials, which ends the token that was got with the old ones.
 * Throws NotFoundError, VersionConflictError, NAME_EXISTS, and STATE_CONFLICT for what its status does not allow.
 */
export async function updateAccount(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<AccountView> {
  requirePermission(ctx, "accounts.write");
  const data = parse(UpdateAccountSchema, changes);
  const [account, defaults] = await Promise.all([accounts.get(ctx, id), readDefaults(ctx)]);
  if (account.status === "disconnected") throw wrongState(account, "it is disconnected: connect another one");
  const manifest = manifestOf(account.provider);
  const settings = merged(account.settings, data.settings);
  const isSecretNew = data.credentials !== undefined;
  const secrets = isSecretNew ? { ...(await readCredentials(ctx, id)), ...data.credentials } : undefined;
  // What is there was checked when it came, and is not read for it.
  const known = secrets ?? Object.fromEntries(account.credentials.map((name) => [name, undefined]));
  checkFields(secrets ? manifest : { ...manifest, credentials: {} }, { settings, credentials: secrets ?? {} });
  const isTokenLost = losesToken(manifest, data);
  const status = nextStatus(account, data.status, {
    isTokenLost,
    mustConsent: isTokenLost && (await needsConsent(manifest, known)),
  });
  const revision: { [Name in keyof Account]?: Account[Name] | null } = {
    name: data.name ?? account.name,
    settings,
    credentials: Object.keys(known).sort(),
    status,
    ...(status === "active" ? { problem: null } : {}),
  };
  const revised = revise(ctx, WHAT, account, revision as Partial<Account>, expectedVersion);
  const isRenamed = revised.name !== account.name;
  const fields = Object.keys(data).sort();
  const writes: Write[] = [
    accounts.replaceWrite(ctx, revised),
    ...(isRenamed ? [nameWrite(ctx, revised)] : []),
    // Another spelling of the same name has the same key.
    ...(isRenamed && nameKey(ctx, revised).sk !== nameKey(ctx, account).sk ? [nameRemoval(ctx, account)] : []),
    ...(secrets ? [credentialsWrite(ctx, id, secrets)] : []),
    ...(isTokenLost ? [tokenReset(ctx, id)] : []),
    ...(data.isDefault ? [defaultWrite(ctx, revised)] : []),
    outboxWrite(ctx, "account.changed", {
      accountId: id,
      provider: account.provider,
      fields,
      changes: fieldChanges(account, revised, ["name", "settings", "status"]),
    }),
  ];
  try {
    await ctx.table.transact(writes);
  } catch (error) {
    if (isRenamed && error instanceof TransactionCanceled && error.failedAt(1)) throw nameExists(revised);
    throw conflictOf(error, account);
  }
  return viewAccount(revised, data.isDefault ? new Map([[account.provider, id]]) : defaults);
}

async function readCredentials(ctx: Context, id: string): Promise<Record<string, string>> {
  return openCredentials(ctx, id, await ctx.table.get<Item>(credentialsKey(ctx, id), { consistent: true }));
}

function merged(
  settings: Account["settings"],
  changes: Readonly<Record<string, string | null>> | undefined,
): Account["settings"] {
  const all = Object.entries({ ...settings, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Other credentials are worth a try, save where a person has to consent to what is done with them. */
function nextStatus(
  account: Account,
  asked: "active" | "paused" | undefined,
  { isTokenLost, mustConsent }: { isTokenLost: boolean; mustConsent: boolean },
): AccountStatus {
  if (mustConsent) {
    if (asked === "active") throw wrongState(account, "its owner must consent first");
    return "needsAuthorization";
  }
  const status = isTokenLost && account.status === "needsAuthorization" ? "active" : account.status;
  if (asked === undefined || asked === status) return status;
  if (status === "needsAuthorization") throw wrongState(account, "it needs an authorization first");
  return asked;
}

const wrongState = ({ id, status }: Account, why: string): AppError =>
  new AppError("STATE_CONFLICT", `The account cannot be changed so: ${why}`, { details: { id, status } });
