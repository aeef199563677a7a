import * as z from "zod";

// What answers look like, for the OpenAPI document, a file for each file of routes. Answers are not checked against
// them on the way out.

/** What every stored resource shows. */
export const resource = () => ({
  id: z.string(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
