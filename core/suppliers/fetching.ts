import type { Batch } from "../ingest/index.ts";
import type { SyncState } from "./sync-state.store.ts";

/**
 * How far a sync has read an account, committed after each page:
 *
 *   everything:  pages ─────────────────────────→ assemble
 *   changes:     ids of each window → items ────→ assemble
 */
export interface Fetching {
  step: "pages" | "ids" | "items" | "assemble";
  /** Times between which changes are asked for, milliseconds since the epoch; where only those are. */
  from?: number;
  to?: number;
  /** Beginning of the window that is asked for now. */
  at?: number;
  cursor?: string;
  /** Pages kept: of items and, before those, of ids. */
  pages: number;
  idPages: number;
  /** Which worker kept the pages from a number on: what one that was thought dead still writes is nobody's page. */
  writers: { from: number; id: string }[];
  idWriters: { from: number; id: string }[];
  /** Lists of ids to ask for, each once in all of them, and who kept these; nobody where the only page of ids is the list. */
  lists?: number;
  listsBy?: string;
  /** How many of the lists were asked for, and how many ids that was. */
  listsAsked?: number;
  asked?: number;
  /** Of all items, as the source says. */
  total?: number;
  /** The source may have left something out. */
  mayMiss?: true;
  /** What was known when the sync was begun. */
  before?: SyncState;
  /** Items that came more than once, items that are gone. Known once all is assembled. */
  repeated?: number;
  gone?: number;
}

export const EVERYTHING = "supplier-catalogue";
export const CHANGES = "supplier-changes";

export const isCatalogueSync = ({ kind }: Pick<Batch, "kind">): boolean => kind === EVERYTHING || kind === CHANGES;

/** Whether only what changed was read: what is not named then is not gone. */
export function onlyChanges({ fetching }: Pick<Batch, "fetching">): boolean {
  return (fetching as Fetching | undefined)?.from !== undefined;
}

export const readEverything = (): Fetching => ({ step: "pages", pages: 0, idPages: 0, writers: [], idWriters: [] });

/** Read again before what is known already: an interval may be missed, and clocks differ. */
const LEAST_OVERLAP_MS = 10 * 60_000;

/** What to read now. Everything where nothing is known of this account, or it was long ago; otherwise what changed since. */
export function beginFetching(
  state: SyncState | undefined,
  connection: { accountId: string; everyMinutes?: number | undefined; fullEveryMinutes: number },
  now: number,
): Fetching {
  const { accountId, everyMinutes = 0, fullEveryMinutes } = connection;
  if (state?.accountId !== accountId || now - state.fullAt >= fullEveryMinutes * 60_000) return readEverything();
  const from = state.changesUntil - Math.max(2 * everyMinutes * 60_000, LEAST_OVERLAP_MS);
  return { ...readEverything(), step: "ids", from, to: now, at: from, before: state };
}

/** What is known once a sync has ended well. What may have missed something is read again next time. */
export function stateAfter(
  { from, to, mayMiss, before }: Fetching,
  { accountId, startedAt }: { accountId: string; startedAt: number },
): SyncState | undefined {
  if (from === undefined || to === undefined)
    return { accountId, changesUntil: startedAt, fullAt: mayMiss ? 0 : startedAt };
  return mayMiss || !before ? before : { ...before, changesUntil: Math.max(to, before.changesUntil) };
}

/** Whoever keeps page `number` now, noted where it is another than before. */
export function writtenBy(writers: Fetching["writers"], number: number, id: string): Fetching["writers"] {
  return writers.at(-1)?.id === id ? writers : [...writers, { from: number, id }];
}

export function writerOf(writers: Fetching["writers"], number: number): string {
  const writer = writers.findLast(({ from }) => from <= number);
  if (!writer) throw new Error(`Nobody has kept page ${number}`);
  return writer.id;
}
