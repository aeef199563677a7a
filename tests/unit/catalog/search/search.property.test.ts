import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, queryWords, searchText } from "../../../../core/catalog/search/text.ts";
import type { ItemChange } from "../../../../core/catalog/search/index.ts";
import { memoryTable } from "./memory-table.ts";
import { openShop, type Shop } from "./shop.ts";

/** Few enough pieces that texts overlap, from scripts with and without spaces, with forms that fold together. */
const piece = fc.constantFrom(
  "ab",
  "BA",
  "a",
  "b-",
  "12",
  "1",
  "ﬁ",
  "ΣΑΣ",
  "덩크",
  "크로",
  "ยืด",
  "红色",
  "色鞋",
  "🔥",
  "é",
  "_",
);
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: piece }, fc.constant(" ")), { maxLength: 8 })
  .map((parts) => parts.join(""));

type Step =
  | { kind: "create"; name: string; description: string; waitMs: number }
  | { kind: "change"; which: number; name: string }
  | { kind: "remove"; which: number }
  | { kind: "project"; again: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      name: text,
      description: text,
      waitMs: fc.constantFrom(0, 400, 5_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("change" as const), which: fc.nat(30), name: text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("project" as const), again: fc.nat(4) }) },
);

/** A part of a text: what somebody could look for. */
const part = fc.record({ of: fc.nat(30), start: fc.nat(20), length: fc.integer({ min: 1, max: 6 }) });
const question = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 4 }),
});

async function play(shop: Shop, steps: Step[]): Promise<void> {
  const told: ItemChange[] = [];
  const at = (which: number) => [...shop.products.keys()][which % Math.max(1, shop.products.size)] ?? "";
  for (const one of steps) {
    if (one.kind === "create") {
      shop.clock.now += one.waitMs;
      await shop.create({ name: one.name, description: one.description });
    } else if (one.kind === "change") await shop.update(at(one.which), { name: one.name });
    else if (one.kind === "remove") await shop.remove(at(one.which));
    else {
      told.push(...shop.waiting);
      await shop.project();
      // As after a failure further on in the batch: the last records come once more, in a batch cut elsewhere.
      if (one.again > 0) await shop.replay(told.slice(-one.again));
    }
  }
  await shop.project();
  shop.settle();
}

function naive(shop: Shop, query: string): string[] {
  const words = queryWords(query);
  const matches = [...shop.products.values()].filter((product) =>
    words.every((word) => searchText(product).includes(word)),
  );
  return matches
    .map(({ id }) => id)
    .sort()
    .toReversed();
}

describe("search beside a naive scan", () => {
  it("finds the same products in the same order, over pages, after any creates, changes, removals and replays", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 25 }),
        fc.array(question, { minLength: 4, maxLength: 8 }),
        fc.constantFrom(1, 2, 5, 1_000),
        async (steps, questions, pageSize) => {
          const shop = openShop(memoryTable(), { pageSize });
          await play(shop, steps);
          const texts = [...shop.products.values()].map(
            (product) => `${product.name} ${product.sku} ${product.description}`,
          );
          for (const { parts, limit } of questions) {
            const query = parts
              .map(
                ({ of, start, length }) => texts[of % Math.max(1, texts.length)]?.slice(start, start + length) ?? "ab",
              )
              .join(" ");
            const expected = naive(shop, query);
            const found = await shop.searchAll({ query }, limit);
            expect({ query, ids: found.ids }).toEqual({ query, ids: expected });
            if (found.totalRelation === "eq") expect(found.total).toBe(expected.length);
            else expect(found.total).toBeLessThanOrEqual(expected.length);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds new products before the projection, in their place among the others", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.array(text, { maxLength: 6 }),
        part,
        async (old, fresh, wanted) => {
          const shop = openShop(memoryTable());
          for (const name of old) await shop.create({ name });
          await shop.project();
          shop.settle();
          for (const name of fresh) await shop.create({ name });
          const query = fold([...old, ...fresh].join("")).slice(wanted.start, wanted.start + wanted.length) || "ab";
          const found = await shop.searchAll({ query }, 3);
          expect({ query, ids: found.ids }).toEqual({ query, ids: naive(shop, query) });
        },
      ),
      { numRuns: 60 },
    );
  });
});
