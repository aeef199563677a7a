import * as z from "zod";

const InstantSchema = z.lazy(() => z.iso.datetime({ offset: true }));

/**
 * A moment in UTC with milliseconds. Undefined without an offset: the hour is then anybody's guess. Takes `+0000` and a
 * space for the T besides RFC 3339, which some channels write.
 */
export function readInstant(text: string): string | undefined {
  const strict = text
    .trim()
    .replace(/^(\d{4}-\d\d-\d\d) /, "$1T")
    .replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
  return InstantSchema.safeParse(strict).success ? new Date(strict).toISOString() : undefined;
}
