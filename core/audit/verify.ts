import type { Resources } from "../platform/context.ts";
import { hashOf, NO_HASH } from "./entry.ts";
import { entriesBetween, type Head, type Owner, readHead } from "./entry.store.ts";

export interface AuditVerification {
  /** How far the log goes: kept elsewhere, it shows later whether the log was cut or made anew. */
  head: Head;
  entries: number;
  /** What is wrong, in words; the first thousand. */
  differences: string[];
}

const PAGE = 500;
const MOST_TOLD = 1_000;

/**
 * Follows the chain from its beginning: every number is there, each entry has the hash of its content and names the hash
 * of the one before, and the last is the head. `known`, a head that was noted earlier, must still be in it.
 */
export async function verifyAudit(
  resources: Pick<Resources, "table">,
  owner: Owner,
  known?: Head,
): Promise<AuditVerification> {
  const head = await readHead(resources, owner);
  const differences: string[] = [];
  const tell = (text: string) => void (differences.length < MOST_TOLD && differences.push(text));
  let previous: Head = { number: 0, hash: NO_HASH };
  let isKnownThere = known === undefined || known.number === 0;
  let entries = 0;
  for (let from = 1; ; ) {
    const { items } = await entriesBetween(resources, owner, { from, to: head.number, limit: PAGE });
    for (const entry of items) {
      entries++;
      for (let number = previous.number + 1; number < entry.number; number++) tell(`Entry ${number} is missing`);
      if (entry.hash !== hashOf(entry)) tell(`Entry ${entry.number} is not what was written`);
      if (entry.previousHash !== previous.hash && entry.number === previous.number + 1)
        tell(`Entry ${entry.number} does not follow entry ${previous.number}`);
      if (known?.number === entry.number) isKnownThere = known.hash === entry.hash;
      previous = entry;
    }
    from = previous.number + 1;
    if (items.length === 0 || from > head.number) break;
  }
  for (let number = previous.number + 1; number <= head.number; number++) tell(`Entry ${number} is missing`);
  if (previous.number === head.number && previous.hash !== head.hash) tell("The last entry is not the log's head");
  if (!isKnownThere) tell(`The head that was noted (entry ${known?.number}) is not in the log`);
  return { head, entries, differences };
}
