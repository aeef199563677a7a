import type { Group, Parsed } from "./record.ts";
import { SeenKeys } from "./seen.ts";

/** One record is held whole: this many rows of a thousand characters, or fewer longer ones. */
const MOST_WEIGHT = 4_000_000;
const ROW_WEIGHT = 1_000;

/**
 * Which rows of a file belong together, as the scan finds it: in 32 bytes a group, and a little more for those whose rows
 * are scattered.
 */
export class Groups {
  readonly #first = new SeenKeys();
  readonly #weights = new SeenKeys();
  /** First rows of groups whose rows do not follow each other. */
  readonly #scattered = new Set<number>();
  readonly #tooLarge = new Set<number>();
  #late = 0;
  #current: string | undefined;

  get size(): number {
    return this.#first.size;
  }

  /** Are there rows that cannot be worked where they stand? */
  get hasAside(): boolean {
    return this.#late > 0 || this.#scattered.size > 0;
  }

  note(row: number, { group, raw }: Parsed<unknown>): void {
    const before = this.#current;
    this.#current = group?.key;
    if (!group) return;
    const first = this.#first.add(group.key, row);
    if (first === undefined && group.late) this.#late++;
    if (first !== undefined && before !== group.key) this.#scattered.add(first);
    let weight = ROW_WEIGHT;
    for (const cells of raw) for (const cell of cells) weight += cell.length;
    if (this.#weights.increase(group.key, weight) > MOST_WEIGHT) this.#tooLarge.add(first ?? row);
  }

  /**
   * Where the group's rows lie when they are set aside, as text that sorts as the groups shall be worked: by first row,
   * late ones last. Undefined where they are worked where they stand.
   */
  placeOf({ key, late }: Group): string | undefined {
    const first = this.#first.of(key);
    if (this.#tooLarge.has(first) || !(late || this.#scattered.has(first))) return undefined;
    return `${late ? "1" : "0"}#${String(first).padStart(10, "0")}`;
  }

  /** More than is held at once. */
  isTooLarge({ key }: Group): boolean {
    return this.#tooLarge.has(this.#first.of(key));
  }
}
