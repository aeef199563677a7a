import { createHash } from "node:crypto";

/**
 * The keys of a file, 16 bytes each however long they are, so that a million rows take 32 MB at most and fifty
 * thousand take one. Two keys are taken for one when the first 96 bits of their SHA-256 agree: for a million keys the
 * chance of one such pair anywhere is about 10^-17.
 */
export class SeenKeys {
  #slots: Uint32Array;
  #capacity: number;
  #size = 0;

  constructor(capacity = 1_024) {
    this.#capacity = capacity;
    this.#slots = new Uint32Array(capacity * 4);
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#rowAt(this.#find(digest(key))) > 0;
  }

  /** Notes a key with the row (≥ 1) that brought it. Returns the row that had brought it before, if any did. */
  add(key: string, row: number): number | undefined {
    const hash = digest(key);
    const at = this.#find(hash);
    const before = this.#rowAt(at);
    if (before > 0) return before;
    this.#slots.set([...hash, row], at);
    this.#size++;
    if (this.#size * 2 > this.#capacity) this.#grow();
    return undefined;
  }

  #rowAt(at: number): number {
    return this.#slots[at + 3] ?? 0;
  }

  /** The place of the hash, or the free place where it belongs. */
  #find([a, b, c]: Hash): number {
    let slot = a % this.#capacity;
    for (;;) {
      const at = slot * 4;
      if (this.#rowAt(at) === 0) return at;
      if (this.#slots[at] === a && this.#slots[at + 1] === b && this.#slots[at + 2] === c) return at;
      slot = (slot + 1) % this.#capacity;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * 4);
    for (let at = 0; at < old.length; at += 4) {
      const [a = 0, b = 0, c = 0, row = 0] = old.subarray(at, at + 4);
      if (row > 0) this.#slots.set([a, b, c, row], this.#find([a, b, c]));
    }
  }
}

type Hash = [number, number, number];

function digest(key: string): Hash {
  const bytes = createHash("sha256").update(key).digest();
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
}
