import type { Resources } from "../platform/context.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";

/** How far the instance has asked Stripe for what could not be delivered. Times are RFC 3339 UTC. */
export interface Recovery {
  version: number;
  /** The newest event that was fetched: what is asked for next is newer. */
  cursor?: string;
  /** While nothing is known to begin after: back through all there is, from the newest, page by page. */
  walk?: { newest: string; after: string };
  requestedAt?: string;
  startedAt?: string;
  finishedAt?: string;
  received: number;
  duplicates: number;
  /** Events that are none by their form: the log has them. */
  refused: number;
}

/** `~` so that no event's partition, `stripe#…`, is ever this one. */
const KEY: Key = { pk: globalPartition("INBOUND", "stripe~RECOVERY"), sk: "STATE" };

const NONE: Recovery = { version: 0, received: 0, duplicates: 0, refused: 0 };

type Stores = Pick<Resources, "table">;

export async function readRecovery({ table }: Stores): Promise<Recovery> {
  const item = await table.get<Item>(KEY, { consistent: true });
  if (!item) return NONE;
  const { pk: _pk, sk: _sk, entity: _entity, ...recovery } = item;
  return { ...NONE, ...(recovery as Partial<Recovery>) };
}

/**
 * ONE_STEP_ON: two sweeps of one minute fetch the same page. Both keep the same events, which is one each; one of them
 * says how far it is, and the other ends. Undefined for who lost.
 */
export async function keepRecovery(
  { table }: Stores,
  before: Recovery,
  after: Recovery,
): Promise<Recovery | undefined> {
  const next = { ...after, version: before.version + 1 };
  try {
    await table.put(
      { ...KEY, entity: "stripe-recovery", ...next },
      before.version === 0
        ? { expression: "attribute_not_exists(pk)" }
        : { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": before.version } },
    );
    return next;
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}
