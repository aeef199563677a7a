import { cleanProduct } from "../../core/sourcing/clean.ts";
import { withoutDuplicates } from "../../core/sourcing/duplicates.ts";
import type { Offer } from "../../core/sourcing/offer.ts";
import { byRank } from "../../core/sourcing/rank.ts";
import { scoreOf } from "../../core/sourcing/score.ts";
import { SourcingSettingsSchema } from "../../core/sourcing/settings.ts";
import { offer } from "../support/offers.ts";

/**
 * `node tests/bench/sourcing.ts`: milliseconds of this process for cleaning, scoring, ranking and the removal of
 * duplicates, for searches of growing size; titles of ten words out of few (hardest to tell apart) and of many.
 */
const SIZES = [250, 1_000, 2_000, 5_000];
const VOCABULARIES = [60, 5_000];
const ROUNDS = 5;

const settings = SourcingSettingsSchema.parse({});

/** The same numbers every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function offersOf(count: number, vocabulary: number): Offer[] {
  const random = numbers(count + vocabulary);
  const letters = (place: number) =>
    place.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz".charAt(Number(digit)));
  // Some words are in many titles, most in few, as in a language.
  const word = () => `w${letters(Math.floor(random() ** 2 * vocabulary))}`;
  return Array.from({ length: count }, (_, place) =>
    offer({ externalId: String(place), name: Array.from({ length: 10 }, word).join(" ") }),
  );
}

const median = (values: number[]): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0).toFixed(1);

for (const vocabulary of VOCABULARIES) {
  for (const size of SIZES) {
    const times: Record<string, number[]> = { clean: [], rank: [], duplicates: [] };
    let kept = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const offers = offersOf(size, vocabulary);
      const start = performance.now();
      await Promise.all(offers.map(({ product }) => cleanProduct(product)));
      const cleaned = performance.now();
      const ranked = offers.map((one) => scoreOf(one, settings.weights)).toSorted(byRank("USD"));
      const scored = performance.now();
      kept = withoutDuplicates(ranked, (one) => one.offer, settings.similarity).length;
      times["clean"]?.push(cleaned - start);
      times["rank"]?.push(scored - cleaned);
      times["duplicates"]?.push(performance.now() - scored);
    }
    const told = Object.entries(times).map(([name, values]) => `${name} ${median(values)} ms`);
    process.stdout.write(`${size} offers, ${vocabulary} words, ${kept} kept: ${told.join(", ")}\n`);
  }
}
