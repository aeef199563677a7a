import { Lru } from "../lru.ts";

export const MAX_ENTRIES = 1_000;
/** In UTF-16 units, about two bytes each at worst: a thousand large values must not fill a function's memory. */
const MAX_TEXT = 32 * 1024 * 1024;
/** A larger value is not cached at all; Upstash refuses requests beyond a few megabytes. */
export const MAX_ENTRY_TEXT = 1024 * 1024;

interface Entry {
  text: string;
  expiresAtMs: number;
}

/** This process's own layer: least recently used out first. Holds text, so that no caller can change another's value. */
export interface Memory {
  get(key: string): string | undefined;
  /** False when the text is too large to be kept. */
  set(key: string, text: string, ttlMs: number): boolean;
  delete(key: string): boolean;
  readonly size: number;
}

export function createMemory(now: () => number): Memory {
  const entries = new Lru<Entry>({
    max: MAX_ENTRIES,
    weight: { max: MAX_TEXT, of: ({ text }) => text.length },
  });
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry && entry.expiresAtMs > now()) return entry.text;
      if (entry) entries.delete(key);
      return undefined;
    },
    set(key, text, ttlMs) {
      if (text.length > MAX_ENTRY_TEXT) return false;
      entries.set(key, { text, expiresAtMs: now() + ttlMs });
      return true;
    },
    delete: (key) => entries.delete(key),
    get size() {
      return entries.size;
    },
  };
}
