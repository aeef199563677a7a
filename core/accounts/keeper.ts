import { randomUUID } from "node:crypto";
import {
  type Access,
  type AccessKeeper,
  type Connector,
  isFresh,
  NotAuthorizedError,
  type Token,
  type TokenIo,
} from "../connectors/index.ts";
import { type Sleep, sleep as realSleep } from "../platform/backoff.ts";
import type { Context } from "../platform/context.ts";
import { TransientError } from "../platform/http/errors.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { Account } from "./account.ts";
import { accounts } from "./account.store.ts";
import { type KeptToken, nextTokenItem, openToken, sameGeneration, tokenKey } from "./secret.store.ts";
import { loseAuthorization } from "./status.ts";

/** Longer than getting a token takes at its slowest: who takes over at its end finds the first one dead. */
const LEASE_MS = 60_000;
const LOOK_AGAIN_MS = 200;
/** For somebody else's token a call waits so long, and then is the job's to repeat. */
const PATIENCE_MS = 20_000;

/** Nothing secret comes back after the account's end. */
const NOT_DISCONNECTED = {
  expression: "#status <> :disconnected",
  names: { "#status": "status" },
  values: { ":disconnected": "disconnected" },
};

export interface KeeperOptions {
  ctx: Context;
  account: Account;
  connector: Connector;
  credentials: Readonly<Record<string, string>>;
  kept: KeptToken;
  sleep?: Sleep;
}

/** An account's token as the table has it: replaced by one of all that ask. docs/decisions/0013 tells of the deaths in between. */
export function accountKeeper({
  ctx,
  account,
  connector,
  credentials,
  kept: first,
  sleep = realSleep,
}: KeeperOptions): AccessKeeper & { known: () => Access } {
  let kept = first;
  const { id, provider, settings } = account;
  const key = tokenKey(ctx, id);

  const access = (token: Token | undefined): Access => ({
    credentials,
    settings,
    now: ctx.now(),
    ...(token ? { token } : {}),
  });

  const read = async () => openToken(ctx, id, await ctx.table.get<Item>(key, { consistent: true }));

  /**
   * ONE_REPLACES: workers find a token too old at once.
   *
   *   A: lease, if there is none that lasts ──┐ DynamoDB lets one of them in and hands the others its lease,
   *   B: lease, if there is none that lasts ──┘ and they wait for the token that it brings.
   *
   * A lease that was not given back ends by itself.
   */
  async function lease({ generation }: KeptToken, leasedBy: string): Promise<KeptToken | undefined> {
    const now = ctx.now();
    const same = sameGeneration(generation);
    try {
      const item = await ctx.table.update<Item>(
        key,
        {
          expression: "SET leasedUntil = :until, leasedBy = :by, generation = :seen, entity = :entity",
          values: { ":until": now + LEASE_MS, ":by": leasedBy, ":seen": generation, ":entity": "account-token" },
        },
        {
          expression: `(${same.expression}) AND (attribute_not_exists(leasedUntil) OR leasedUntil <= :now)`,
          values: { ...same.values, ":now": now },
        },
      );
      return openToken(ctx, id, item);
    } catch (error) {
      if (error instanceof ConditionFailed) return undefined;
      throw error;
    }
  }

  async function giveBack(leasedBy: string): Promise<void> {
    try {
      const mine = { expression: "leasedBy = :by", values: { ":by": leasedBy } };
      await ctx.table.update(key, { expression: "REMOVE leasedUntil, leasedBy" }, mine);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  /** Asks the provider, and keeps what it answers before anything else is done with it. */
  async function replace(io: TokenIo, held: KeptToken, leasedBy: string): Promise<KeptToken> {
    if (!connector.tokens) return held;
    let token: Token;
    try {
      token = await connector.tokens.obtain(io, access(held.token));
    } catch (error) {
      await giveBack(leasedBy);
      if (error instanceof NotAuthorizedError) {
        // Another process may have used this refresh token up, and be right.
        const now = await read();
        if (now.generation > held.generation) return now;
      }
      throw error;
    }
    const refreshToken = token.refreshToken ?? held.token?.refreshToken;
    const whole = { ...token, ...(refreshToken === undefined ? {} : { refreshToken }) };
    const item = nextTokenItem(ctx, id, whole, held);
    try {
      await ctx.table.transact([
        { put: item, condition: sameGeneration(held.generation) },
        { check: accounts.key(ctx, id), condition: NOT_DISCONNECTED },
      ]);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      // Another one was written, or other credentials were given: what was got here is not kept.
      const now = await read();
      if (isFresh(connector, now.token, ctx.now())) return now;
      throw new TransientError(provider, "the account was changed while its token was replaced", { cause: error });
    }
    return { token: whole, generation: held.generation + 1, epoch: held.epoch };
  }

  /** A token that is fresh and not `refused`, whoever gets it. */
  async function another(io: TokenIo, refused: Token | undefined): Promise<Access> {
    const deadline = ctx.now() + PATIENCE_MS;
    for (;;) {
      kept = await read();
      const { token } = kept;
      if (kept.epoch !== first.epoch) throw new TransientError(provider, "the account was given other credentials");
      if (isFresh(connector, token, ctx.now()) && token.accessToken !== refused?.accessToken) return access(token);
      const leasedBy = randomUUID();
      const leased = await lease(kept, leasedBy);
      if (leased) {
        kept = await replace(io, leased, leasedBy);
        return access(kept.token);
      }
      if (ctx.now() >= deadline) throw new TransientError(provider, "waited too long for another worker's token");
      await sleep(LOOK_AGAIN_MS);
    }
  }

  return {
    known: () => access(kept.token),
    current: async (io) => {
      if (!connector.tokens || isFresh(connector, kept.token, ctx.now())) return access(kept.token);
      return another(io, undefined);
    },
    renewed: async (io, refused) => another(io, refused.token),
    lost: async (reason) => {
      // What is refused may be what a person has just replaced.
      if ((await read()).epoch === first.epoch) await loseAuthorization(ctx, id, reason);
    },
  };
}
