import type { Operations, Outcome } from "../../core/connectors/capabilities.ts";
import type { Connection } from "../../core/connectors/wire.ts";

const MAX_POLLS = 10;

/** What became of a call in the end: what is done later is asked for until it is known. */
export async function ended(
  connection: Connection,
  outcomes: readonly Outcome[],
  operations: Operations | undefined,
): Promise<Outcome[]> {
  let all = [...outcomes];
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const pending = all.flatMap((one) => (one.ok === "pending" ? [{ id: one.id, operation: one.operation }] : []));
    if (pending.length === 0) return all;
    const known = (await operations?.state(connection, pending)) ?? [];
    all = [...all.filter(({ ok }) => ok !== "pending"), ...known];
  }
  return all;
}

/** Ids of those that went well. */
export const wentWell = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(({ id, ok }) => (ok === true ? [id] : []));
