import fc from "fast-check";
import { expectSame, type Model, type Real } from "./shop-model.ts";

export type Command = fc.AsyncCommand<Model, Real>;

/** After each command the shop is what the model says; its text is how a failing sequence is read. */
export function command(
  text: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return {
    check,
    async run(model, real) {
      real.advance(1_000);
      await run(model, real);
      await expectSame(model, real);
    },
    toString: () => text,
  };
}

export const product = fc.nat({ max: 1 });
export const place = fc.nat({ max: 1 });
export const units = fc.integer({ min: 1, max: 6 });
export const nth = fc.nat({ max: 20 });
export const at = <T>(all: readonly T[], index: number): T => {
  const found = all[index % all.length];
  if (found === undefined) throw new Error("There is none");
  return found;
};
