import type { ReadSize } from "../../catalog/index.ts";

/** No US or UK size of a shoe is as large as the least European one that grown-ups wear, no European one as a length in mm. */
const LEAST_EU = 23;
const LEAST_MM = 100;

/**
 * A size in the one form that is compared: `10` (US, also where nobody says so), `UK9`, `EU44`, `MM280` (Japan in cm or
 * mm, Korea), `XL`. Pure.
 */
export function sizeKey({ system, value }: ReadSize): string {
  if (!/^\d+(\.\d+)?$/.test(value)) return system === undefined || system === "US" ? value : `${system}${value}`;
  const size = Number(value);
  const isLength = system === "JP" || system === "KR" || (system === undefined && size >= LEAST_MM);
  if (isLength) return size < LEAST_MM ? `MM${Math.round(size * 10)}` : `MM${value}`;
  if (system === "UK") return `UK${value}`;
  if (system === "EU" || (system === undefined && size >= LEAST_EU)) return `EU${value}`;
  return value;
}
