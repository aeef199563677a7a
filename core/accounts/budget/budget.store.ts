import type { Resources } from "../../platform/context.ts";
import type { OrganizationId } from "../../platform/ids.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import { ConditionFailed } from "../../platform/table-errors.ts";
import { type BudgetState, EMPTY } from "./state.ts";

/** A state as it was read, with what a write of the next one is held against. */
export interface Known {
  state: BudgetState;
  revision: number;
}

/** A partition an account: a busy one heats no other's. */
export const budgetKey = (organizationId: OrganizationId, accountId: string): Key => ({
  pk: orgPartition(organizationId, "ACCOUNT_BUDGET", accountId),
  sk: "BUDGET",
});

export const budgetRemoval = (organizationId: OrganizationId, accountId: string): Write => ({
  remove: budgetKey(organizationId, accountId),
});

export async function readBudget({ table }: Pick<Resources, "table">, key: Key): Promise<Known> {
  return knownOf(await table.get<Item>(key, { consistent: true }));
}

/**
 * NOBODY_ELSE_TOOK: workers decide by one state at once.
 *
 *   A: put revision 8 if it is 7 ──┐ DynamoDB lets one of them in; the other is handed what A wrote (ALL_OLD)
 *   B: put revision 8 if it is 7 ──┘ and decides anew by it.
 *
 * Returns what stands there now, and whether it is ours.
 */
export async function writeBudget(
  { table }: Pick<Resources, "table">,
  key: Key,
  { revision }: Known,
  state: BudgetState,
): Promise<Known & { isOurs: boolean }> {
  const next = { state, revision: revision + 1 };
  const condition =
    revision === 0
      ? { expression: "attribute_not_exists(pk)" }
      : { expression: "revision = :seen", values: { ":seen": revision } };
  try {
    await table.put({ ...key, entity: "account-budget", ...next }, condition);
    return { ...next, isOurs: true };
  } catch (error) {
    if (error instanceof ConditionFailed) return { ...knownOf(error.item), isOurs: false };
    throw error;
  }
}

function knownOf(item: Item | undefined): Known {
  if (!item) return { state: EMPTY, revision: 0 };
  return { state: item["state"] as BudgetState, revision: Number(item["revision"]) };
}
