export interface LruOptions<V> {
  /** Entries at most. */
  max: number;
  /** Bounds the sum of what the entries weigh, too. */
  weight?: { max: number; of: (value: V) => number };
}

/**
 * A map of bounded size in which what was not used for longest goes first. A Map keeps the order of insertion, so to
 * use an entry is to insert it again; nothing is allocated before it is needed, which a cold start would pay for.
 */
export class Lru<V> {
  readonly #entries = new Map<string, V>();
  readonly #options: LruOptions<V>;
  #weight = 0;

  constructor(options: LruOptions<V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value);
    const { max, weight } = this.#options;
    for (const oldest of this.#entries.keys()) {
      if (this.size <= max && this.#weight <= (weight?.max ?? Infinity)) return;
      this.delete(oldest);
    }
  }

  delete(key: string): boolean {
    const value = this.#entries.get(key);
    if (value === undefined) return false;
    this.#weight -= this.#weigh(value);
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }

  /** Least used first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  #weigh(value: V): number {
    return this.#options.weight?.of(value) ?? 0;
  }
}
