import * as z from "zod";

/** The wire form of a list of these. */
export function pageOf(item: z.ZodType, { total = false } = {}) {
  return z.lazy(() =>
    z.object({
      items: z.array(item),
      nextCursor: z.string().optional().describe("Where to go on; absent on the last page"),
      ...(total ? { total: z.int() } : {}),
    }),
  );
}
