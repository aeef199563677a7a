import { createHmac } from "node:crypto";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, tooMany, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type Account,
  type AccountView,
  checkFields,
  CreateAccountSchema,
  manifestOf,
  MOST_ACCOUNTS,
  needsConsent,
  viewAccount,
} from "./account.ts";
import {
  accounts,
  allAccounts,
  defaultRemoval,
  defaultWrite,
  findDefault,
  nameRemoval,
  nameWrite,
  readDefaults,
} from "./account.store.ts";
import { budgetRemoval } from "./budget/budget.store.ts";
import { credentialsWrite, secretRemovals } from "./secret.store.ts";
import { changeAccount, WHAT } from "./status.ts";

/**
 * Connects an account. Its credentials are sealed field by field and are in no answer, event or log; the first account of
 * a provider becomes its default. Where a person must consent it begins with `needsAuthorization`. Throws NAME_EXISTS.
 */
export async function createAccount(ctx: Context, input: unknown): Promise<AccountView> {
  requirePermission(ctx, "accounts.write");
  const data = parse(CreateAccountSchema, input);
  const { provider, name, credentials, settings } = data;
  const manifest = manifestOf(provider);
  checkFields(manifest, data);
  return idempotent(ctx, "accounts.create", { ...data, credentials: digest(ctx, credentials) }, async (commit) => {
    const [all, defaults] = await Promise.all([allAccounts(ctx), readDefaults(ctx)]);
    if (all.filter(({ status }) => status !== "disconnected").length >= MOST_ACCOUNTS)
      throw tooMany(MOST_ACCOUNTS, "accounts");
    const account: Account = {
      ...newResource(ctx, "account"),
      provider,
      name,
      status: (await needsConsent(manifest, credentials)) ? "needsAuthorization" : "active",
      settings,
      credentials: Object.keys(credentials).sort(),
    };
    const writes = [
      accounts.createWrite(ctx, account),
      nameWrite(ctx, account),
      credentialsWrite(ctx, account.id, credentials),
      outboxWrite(ctx, "account.connected", { accountId: account.id, provider, name }),
    ];
    return asFirst(ctx, commit, { account, writes, isFirst: !defaults.has(provider) });
  });
}

/** FIRST_IS_DEFAULT: two first accounts of a provider are connected at once; one of them becomes the default, both are made. */
async function asFirst(
  ctx: Context,
  commit: Commit<AccountView>,
  { account, writes, isFirst }: { account: Account; writes: Write[]; isFirst: boolean },
): Promise<AccountView> {
  const marked = isFirst ? [defaultWrite(ctx, account, { onlyFirst: true })] : [];
  try {
    return await commit([...writes, ...marked], { ...account, isDefault: isFirst });
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(1)) throw nameExists(account);
    if (isFirst && error.failedAt(writes.length)) return asFirst(ctx, commit, { account, writes, isFirst: false });
    throw error;
  }
}

/** All accounts, newest first; what they may still ask for is in their quotas. */
export async function listAccounts(ctx: Context, input: unknown): Promise<Page<AccountView>> {
  requirePermission(ctx, "accounts.read");
  const [page, defaults] = await Promise.all([accounts.list(ctx, parse(PageSchema, input)), readDefaults(ctx)]);
  return { ...page, items: page.items.map((account) => viewAccount(account, defaults)) };
}

/** Throws NotFoundError. */
export async function getAccount(ctx: Context, id: string): Promise<AccountView> {
  requirePermission(ctx, "accounts.read");
  const [account, defaults] = await Promise.all([accounts.get(ctx, id), readDefaults(ctx)]);
  return viewAccount(account, defaults);
}

/**
 * Ends an account: its credentials and tokens are destroyed, and nobody can bring them back. What names it stays
 * readable, and so does the record. Doing it twice is doing it once. Throws NotFoundError.
 */
export async function disconnectAccount(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "accounts.write");
  await changeAccount(ctx, id, async (account) => {
    if (account.status === "disconnected") return undefined;
    const { provider } = account;
    const isDefault = (await findDefault(ctx, provider)) === id;
    return {
      changes: { status: "disconnected", credentials: [], problem: null, checkRequestedAt: null },
      writes: [
        ...secretRemovals(ctx, id),
        budgetRemoval(ctx.actor.organizationId, id),
        nameRemoval(ctx, account),
        outboxWrite(ctx, "account.disconnected", { accountId: id, provider }),
        ...(isDefault ? [defaultRemoval(ctx, account)] : []),
      ],
    };
  });
}

/** What two requests of one key are compared by: kept for a day, and no way back to a password that is easily guessed. */
export function digest({ config }: Pick<Context, "config">, credentials: object): string {
  return createHmac("sha256", config.secretKey).update(JSON.stringify(credentials)).digest("base64url");
}

export const nameExists = ({ provider, name }: Account): AppError =>
  new AppError("NAME_EXISTS", `There is an account of ${provider} with this name`, {
    field: "name",
    details: { name },
  });

/** The account's own write is the first of the transaction. */
export function conflictOf(error: unknown, { id, version }: Account): unknown {
  return error instanceof TransactionCanceled && error.failedAt(0)
    ? new VersionConflictError(WHAT, id, version)
    : error;
}
