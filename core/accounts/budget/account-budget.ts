import { type Budget, BudgetSpentError, type Limit, type Take, type Urgency } from "../../connectors/index.ts";
import { type Sleep, sleep as realSleep } from "../../platform/backoff.ts";
import type { Resources } from "../../platform/context.ts";
import type { OrganizationId } from "../../platform/ids.ts";
import { Lru } from "../../platform/lru.ts";
import type { Table } from "../../platform/table.ts";
import { budgetKey, type Known, readBudget, writeBudget } from "./budget.store.ts";
import { decide, isLeasable, paused, type Share, sharesOf } from "./state.ts";

/** For so long a call waits for its turn; then the job comes back to it. */
const PATIENCE_MS: Record<Urgency, number> = { urgent: 15_000, bulk: 5_000 };
/** A call that would leave later than this after its slot takes another one: its process, or the table, was held up. */
const LATE_MS = 50;
/** Between those who were told the same time. */
const JITTER_MS = 100;

export interface BudgetOptions {
  resources: Pick<Resources, "table" | "now">;
  organizationId: OrganizationId;
  account: { id: string; provider: string };
  limits: readonly Limit[];
  sleep?: Sleep;
  /** From 0 (inclusive) to 1. */
  random?: () => number;
}

/** Calls of one kind that this process may make without a write. */
interface Lease {
  calls: number;
  goodUntil: number;
}

interface Memory {
  known?: Known;
  leases: Map<string, Lease>;
}

/** Leases outlive a job, not the process. By table, since a test has several processes in one. */
const memories = new WeakMap<Table, Lru<Memory>>();
const MOST_ACCOUNTS = 500;

/**
 * An account's budget, kept in the table: however many processes take from it, no window holds more than its limit.
 * docs/decisions/0013 tells what it costs and what it does about clocks.
 */
export function accountBudget(options: BudgetOptions): Budget {
  const { resources, organizationId, account, limits, sleep = realSleep, random = Math.random } = options;
  const { now } = resources;
  const key = budgetKey(organizationId, account.id);
  const memory = memoryOf(resources.table, key.pk);

  /** Returns false where the turn was lost while waiting for it. */
  async function leaveAt(at: number, isSpaced: boolean): Promise<boolean> {
    const waitMs = at - now();
    if (waitMs > 0) await sleep(waitMs);
    if (isSpaced && now() - at > LATE_MS) return false;
    if (waitMs <= 0) return true;
    // Somebody else may have been refused meanwhile.
    memory.known = await readBudget(resources, key);
    return (memory.known.state.pausedUntil ?? 0) <= now();
  }

  async function attempt(shares: readonly Share[], urgency: Urgency, aheadMs: number): Promise<true | number> {
    const mayLease = isLeasable(shares);
    const known = mayLease || !memory.known ? await readBudget(resources, key) : memory.known;
    const isPaused = (known.state.pausedUntil ?? 0) > now();
    if (mayLease && !isPaused && (shares.length === 0 || useLease(memory, shares, urgency, now()))) return true;
    const decision = decide(known.state, shares, { urgency, now: now(), aheadMs });
    if (decision.kind === "wait") {
      delete memory.known;
      if (decision.until - now() > aheadMs)
        throw new BudgetSpentError(account.provider, decision.reason, Math.ceil(decision.until - now()));
      return decision.until;
    }
    const written = await writeBudget(resources, key, known, decision.state);
    memory.known = written;
    if (!written.isOurs) return now();
    if (decision.calls > 1)
      memory.leases.set(leaseKey(shares, urgency), { calls: decision.calls - 1, goodUntil: decision.goodUntil });
    return (await leaveAt(decision.at, !mayLease)) || now();
  }

  return {
    async take({ cost, urgency }: Take) {
      const shares = sharesOf(limits, cost);
      const deadline = now() + PATIENCE_MS[urgency];
      for (;;) {
        const waitUntil = await attempt(shares, urgency, Math.max(0, deadline - now()));
        if (waitUntil === true) return;
        if (now() > deadline) throw new BudgetSpentError(account.provider, "its turn came too late", JITTER_MS);
        const waitMs = waitUntil - now();
        if (waitMs > 0) await sleep(waitMs + random() * JITTER_MS);
      }
    },

    async refused(retryAfterMs) {
      let known = await readBudget(resources, key);
      for (;;) {
        const state = paused(known.state, retryAfterMs, now());
        if (state === known.state) return;
        const written = await writeBudget(resources, key, known, state);
        memory.known = written;
        if (written.isOurs) return;
        known = written;
      }
    },
  };
}

/** Urgent calls use what was leased for any; others only what was leased for them. */
function useLease({ leases }: Memory, shares: readonly Share[], urgency: Urgency, now: number): boolean {
  for (const of of urgency === "urgent" ? (["urgent", "bulk"] as const) : (["bulk"] as const)) {
    const name = leaseKey(shares, of);
    const lease = leases.get(name);
    if (!lease) continue;
    if (lease.calls > 0 && now < lease.goodUntil) {
      lease.calls--;
      return true;
    }
    leases.delete(name);
  }
  return false;
}

const leaseKey = (shares: readonly Share[], urgency: Urgency) =>
  [urgency, ...shares.map(({ limit, units }) => `${limit.name}:${units}`)].join(" ");

function memoryOf(table: Table, name: string): Memory {
  const accounts = memories.get(table) ?? new Lru<Memory>({ max: MOST_ACCOUNTS });
  memories.set(table, accounts);
  const memory = accounts.get(name) ?? { leases: new Map<string, Lease>() };
  accounts.set(name, memory);
  return memory;
}
