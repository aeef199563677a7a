import type { Context } from "../../core/platform/context.ts";

/** The context, and all that is written to the table through it from now on, as text. */
export function noteWrites(ctx: Context): { ctx: Context; written: () => string } {
  const texts: string[] = [];
  const { table } = ctx;
  const note = (...what: unknown[]) => void texts.push(JSON.stringify(what));
  return {
    ctx: {
      ...ctx,
      table: {
        ...table,
        put: (...args) => (note(args), table.put(...args)),
        update: (...args) => (note(args), table.update(...args)),
        batchWrite: (...args) => (note(args), table.batchWrite(...args)),
        transact: (...args) => (note(args), table.transact(...args)),
      },
    },
    written: () => texts.join("\n"),
  };
}
