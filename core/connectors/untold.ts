import type { ChannelFulfilment } from "./capabilities.ts";

/**
 * Units of a dispatch, by order line, that the channel does not have yet. `there`: what it has with the same tracking
 * number. What is more than other dispatches told is this one, told before by a call whose answer was lost.
 */
export function untold(
  { lines, toldBefore = [] }: Pick<ChannelFulfilment, "lines" | "toldBefore">,
  there: ReadonlyMap<string, number>,
): Map<string, number> {
  const before = unitsByLine(toldBefore);
  const rest = [...unitsByLine(lines)].map(
    ([line, quantity]) =>
      [line, Math.min(quantity, quantity + (before.get(line) ?? 0) - (there.get(line) ?? 0))] as const,
  );
  return new Map(rest.filter(([, quantity]) => quantity > 0));
}

function unitsByLine(lines: ChannelFulfilment["lines"]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { externalLineId, quantity } of lines)
    units.set(externalLineId, (units.get(externalLineId) ?? 0) + quantity);
  return units;
}
