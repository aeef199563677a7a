import { createHash } from "node:crypto";

const WORDS = 4;
const MOST = 2 ** 32 - 1;

/**
 * The keys of a file, each with a number, in 16 bytes a key however long it is, so that a million rows take 32 MB at most
 * and fifty thousand take one. Two keys are taken for one when the first 96 bits of their SHA-256 agree: for a million
 * keys the chance of one such pair anywhere is about 10^-17.
 */
export class SeenKeys {
  #slots: Uint32Array;
  #capacity: number;
  #size = 0;

  constructor(capacity = 1_024) {
    this.#capacity = capacity;
    this.#slots = new Uint32Array(capacity * WORDS);
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.of(key) > 0;
  }

  /** The key's number; 0 where it was never met. */
  of(key: string): number {
    return this.#numberAt(this.#find(digest(key)));
  }

  /** Notes a key with the row (≥ 1) that brought it. Returns the row that had brought it before, if any did. */
  add(key: string, row: number): number | undefined {
    const hash = digest(key);
    const at = this.#find(hash);
    const before = this.#numberAt(at);
    if (before > 0) return before;
    this.#take(hash, at, row);
    return undefined;
  }

  /** Adds to the key's number, and returns what it comes to. A number of 32 bits stays at its most. */
  increase(key: string, by: number): number {
    const hash = digest(key);
    const at = this.#find(hash);
    const before = this.#numberAt(at);
    const after = Math.min(before + by, MOST);
    if (before === 0) this.#take(hash, at, after);
    else this.#slots[at + WORDS - 1] = after;
    return after;
  }

  #take(hash: Hash, at: number, number: number): void {
    this.#slots.set([...hash, number], at);
    this.#size++;
    if (this.#size * 2 > this.#capacity) this.#grow();
  }

  #numberAt(at: number): number {
    return this.#slots[at + WORDS - 1] ?? 0;
  }

  /** The place of the hash, or the free place where it belongs. */
  #find([a, b, c]: Hash): number {
    let slot = a % this.#capacity;
    for (;;) {
      const at = slot * WORDS;
      if (this.#numberAt(at) === 0) return at;
      if (this.#slots[at] === a && this.#slots[at + 1] === b && this.#slots[at + 2] === c) return at;
      slot = (slot + 1) % this.#capacity;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      const [a = 0, b = 0, c = 0, number = 0] = old.subarray(at, at + WORDS);
      if (number > 0) this.#slots.set([a, b, c, number], this.#find([a, b, c]));
    }
  }
}

type Hash = [number, number, number];

function digest(key: string): Hash {
  const bytes = createHash("sha256").update(key).digest();
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
}
