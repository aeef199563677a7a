import type { OrderDraft } from "../order-draft.ts";
import type { OrderStatus } from "../status.ts";
import { type Notes, quote } from "./notes.ts";

/** What a channel's word means; `attention` is what somebody should do about it, or know. */
export interface Meaning {
  status: OrderStatus;
  attention?: string;
}

/** A channel that has one word for the state of an order. */
export type StatusMap = Readonly<Record<string, Meaning>>;

/** A channel that says it in several fields: each one's documented words ("" for none), and what they mean together. */
export interface StatusTable<Field extends string> {
  words: Readonly<Record<Field, readonly string[]>>;
  /** The first rule that holds decides. A field that is not named may have any word. */
  rules: readonly (Meaning & { when: Partial<Record<Field, readonly string[]>> })[];
}

export type ReadStatus = Pick<OrderDraft, "channelStatus" | "status" | "isStatusKnown">;

/** It keeps the units and ships nothing, which is wrong for the least time whatever the word turns out to mean. */
const CAREFUL: OrderStatus = "pending";

/** `key` is the word as the map has it; the word itself is kept as it came. */
export function statusByWord(map: StatusMap, word: string | undefined, key: string, notes: Notes): ReadStatus {
  const meaning = Object.hasOwn(map, key) ? map[key] : undefined;
  if (meaning?.attention) notes.warn("status", "NEEDS_ATTENTION", meaning.attention);
  if (!meaning) warnUnknown(notes, "status", word ?? "");
  return {
    status: meaning?.status ?? CAREFUL,
    isStatusKnown: meaning !== undefined,
    ...(word === undefined ? {} : { channelStatus: word }),
  };
}

/** Words are compared without regard to case, and kept as they came, joined by a slash. */
export function statusByRules<Field extends string>(
  { words, rules }: StatusTable<Field>,
  order: Record<Field, string | undefined>,
  notes: Notes,
): ReadStatus {
  const fields = Object.keys(words) as Field[];
  const saying = (field: Field, among: readonly string[]) =>
    among.some((word) => word.toLowerCase() === (order[field] ?? "").trim().toLowerCase());
  const unknown = fields.filter((field) => !saying(field, words[field]));
  for (const field of unknown) warnUnknown(notes, field, order[field] ?? "");
  const rule = rules.find(({ when }) =>
    fields.every((field) => {
      const among = when[field];
      return among === undefined || saying(field, among);
    }),
  );
  if (rule?.attention) notes.warn("status", "NEEDS_ATTENTION", rule.attention);
  const channelStatus = fields.flatMap((field) => order[field] ?? []).join(" / ");
  return {
    status: rule?.status ?? CAREFUL,
    isStatusKnown: rule !== undefined && unknown.length === 0,
    ...(channelStatus ? { channelStatus } : {}),
  };
}

function warnUnknown(notes: Notes, path: string, word: string): void {
  notes.warn(path, "UNKNOWN_STATUS", word ? `${quote(word)} is not a status that is known` : "There is no status");
}
