import {
  type Capability,
  type Connection,
  type Connector,
  connectorNamed,
  createConnection,
  createSender,
  type Manifest,
  type SenderOptions,
  type TokenIo,
  type Urgency,
} from "../connectors/index.ts";
import type { Sleep } from "../platform/backoff.ts";
import type { Context } from "../platform/context.ts";
import { AppError, NotFoundError } from "../platform/errors.ts";
import { fromItem } from "../platform/resources.ts";
import type { Item } from "../platform/table.ts";
import { type Account, manifestOf } from "./account.ts";
import { accounts, allAccounts, findDefault } from "./account.store.ts";
import { accountBudget } from "./budget/account-budget.ts";
import { accountKeeper } from "./keeper.ts";
import { credentialsKey, openCredentials, openToken, tokenKey } from "./secret.store.ts";
import { WHAT } from "./status.ts";

export interface OpenOptions {
  /** `urgent` for what must not wait behind catalogues: delists, quantities, orders. */
  urgency: Urgency;
  sleep?: Sleep;
  timeoutMs?: number;
}

export interface OpenAccount {
  account: Account;
  manifest: Manifest;
  connector: Connector;
  connection: Connection;
}

/**
 * An account ready for calls. For the product's own work: it asks for no permission, and whoever calls it answers for
 * what is done with it. Throws NotFoundError, and STATE_CONFLICT for an account that is not active.
 */
export async function openAccount(ctx: Context, accountId: string, options: OpenOptions): Promise<OpenAccount> {
  const opened = await openAny(ctx, accountId, options);
  const { status } = opened.account;
  if (status !== "active")
    throw new AppError("STATE_CONFLICT", `The account is ${status}: nothing is sent for it`, {
      details: { id: accountId, status },
    });
  return opened;
}

/** The same whatever the account's status, with what gets its tokens. */
export async function openAny(
  ctx: Context,
  accountId: string,
  { urgency, sleep, timeoutMs }: OpenOptions,
): Promise<OpenAccount & { keeper: ReturnType<typeof accountKeeper>; tokenIo: TokenIo }> {
  const keys = [accounts.key(ctx, accountId), credentialsKey(ctx, accountId), tokenKey(ctx, accountId)];
  const items = await ctx.table.batchGet<Item>(keys, { consistent: true });
  const [record, secrets, kept] = keys.map(({ pk, sk }) =>
    items.find((item) => item["pk"] === pk && item["sk"] === sk),
  );
  if (!record) throw new NotFoundError(WHAT, accountId);
  const account = fromItem<Account>(record);
  const manifest = manifestOf(account.provider);
  const connector = await manifest.load();
  const waits = sleep ? { sleep } : {};
  const { organizationId, currency } = ctx.actor;
  const { limits } = manifest;
  const sender: SenderOptions = {
    manifest,
    resources: ctx,
    account,
    budget: accountBudget({ resources: ctx, organizationId, account, limits, ...waits }),
    urgency,
    ...waits,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const keeper = accountKeeper({
    ctx,
    account,
    connector,
    credentials: openCredentials(ctx, accountId, secrets),
    kept: openToken(ctx, accountId, kept),
    ...waits,
  });
  const connection = createConnection({ ...sender, connector, currency, keeper });
  return { account, manifest, connector, connection, keeper, tokenIo: createSender(sender).tokenIo };
}

/** Active accounts of providers that can do it, newest first. */
export async function accountsWith(ctx: Context, capability: Capability): Promise<Account[]> {
  const all = await allAccounts(ctx);
  return all.filter(
    ({ status, provider }) => status === "active" && connectorNamed(provider)?.capabilities.includes(capability),
  );
}

/** The organisation's default account of a provider; undefined where there is none, or it is not active. */
export async function accountFor(ctx: Context, provider: string): Promise<Account | undefined> {
  const id = await findDefault(ctx, provider);
  const account = id === undefined ? undefined : await accounts.find(ctx, id);
  return account?.status === "active" ? account : undefined;
}
