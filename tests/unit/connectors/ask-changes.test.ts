import { describe, expect, it } from "vitest";
import { changeAsks, inLots, offFirst, showing } from "../../../core/connectors/ask-changes.ts";
import type { Outcome } from "../../../core/connectors/capabilities.ts";
import { BudgetSpentError } from "../../../core/connectors/errors.ts";
import { PermanentError, TransientError } from "../../../core/platform/http/errors.ts";

const ASKS_EACH = 11;
const WINDOW = 500;
const BATCH = 100;

/** A market of many asks, all of them on, which takes so many changes of them in a window. */
function market(listings: number) {
  const off = new Set<string>();
  const updates = Array.from({ length: listings }, (_, index) => ({
    id: `l${index}`,
    platformSku: `v${index}`,
    quantity: 0,
    availableFrom: "inStock",
  }));
  const shelfOf = (id: string) => ({
    open: Array.from({ length: ASKS_EACH }, (_, ask) => ({
      id: `${id}-${ask}`,
      isShown: !off.has(`${id}-${ask}`),
      createdAt: "",
    })),
    sold: [],
  });
  const tell = (told: typeof updates, refuse: (sent: number, changes: number) => Error | undefined) => {
    let sent = 0;
    return changeAsks(told, (update) => showing(shelfOf(update.id), update, { provider: "Market", now: 0 }), {
      lots: (changes) => inLots(offFirst(changes), BATCH).map((some) => ({ changes: some })),
      send: async ({ changes }) => {
        const refusal = refuse(sent, changes.length);
        if (refusal) throw refusal;
        sent += changes.length;
        for (const { ask } of changes) off.add(ask);
        return `batch ${sent}`;
      },
    });
  };
  return { updates, off, tell };
}

const spent = (sent: number, changes: number) =>
  sent + changes > WINDOW ? new BudgetSpentError("market", "none left", 300_000) : undefined;

const transient = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((one) => (one.ok === false && one.transient ? [one.id] : []));

describe("more changes than a window of the limits takes", () => {
  it("are told of as far as they have left, and the rest again: each window gets further", async () => {
    const { updates, off, tell } = market(50);
    const first = await tell(updates, spent);
    expect(off.size).toBe(WINDOW);
    expect(first.filter(({ ok }) => ok === "pending")).toHaveLength(45);
    const left = transient(first);
    expect(left).toHaveLength(5);
    expect(first.find(({ id }) => id === left[0])).toMatchObject({
      code: "DEPENDENCY_UNAVAILABLE",
      retryAfterSeconds: 300,
    });
    const second = await tell(
      updates.filter(({ id }) => left.includes(id)),
      spent,
    );
    expect(second.map(({ ok }) => ok)).toEqual(Array.from({ length: 5 }, () => "pending"));
    expect(off.size).toBe(50 * ASKS_EACH);
  });

  it("begin with what still sells, also where all are told again", async () => {
    const { updates, off, tell } = market(50);
    await tell(updates, spent);
    await tell(updates, spent);
    expect(off.size).toBe(50 * ASKS_EACH);
  });
});

describe("a call that fails", () => {
  it("before anything has left fails as a whole", async () => {
    const { updates, tell } = market(2);
    await expect(tell(updates, () => new TransientError("market", "answered 503"))).rejects.toThrow(TransientError);
  });

  it("for good fails as a whole, whatever has left", async () => {
    const { updates, tell } = market(20);
    const refuse = (sent: number) => (sent > 0 ? new PermanentError("market", "answered 400") : undefined);
    await expect(tell(updates, refuse)).rejects.toThrow(PermanentError);
  });
});
