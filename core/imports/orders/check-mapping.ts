import type { OrderMapping } from "../../ingest/index.ts";
import { CHANNELS, ORDER_STATUSES, isChannel } from "../../orders/index.ts";
import { type Fault, ValidationError } from "../../platform/errors.ts";

/** Throws ValidationError where a mapping names a channel or status that there is not: no row of the file could be taken. */
export function checkMapping({ channel, status, statuses = {} }: OrderMapping): void {
  const faults: Fault[] = [];
  const isStatus = (name: string) => ORDER_STATUSES.some((ours) => ours === name);
  const refuse = (path: string, allowed: readonly string[]) =>
    faults.push({ path: `mapping.${path}`, code: "INVALID_MAPPING", message: `must be one of ${allowed.join(", ")}` });
  if (typeof channel === "object" && "constant" in channel && !isChannel(channel.constant))
    refuse("channel.constant", CHANNELS);
  if (typeof status === "object" && "constant" in status && !isStatus(status.constant))
    refuse("status.constant", ORDER_STATUSES);
  for (const [theirs, ours] of Object.entries(statuses))
    if (!isStatus(ours)) refuse(`statuses.${theirs}`, ORDER_STATUSES);
  if (faults.length > 0) throw new ValidationError(faults);
}
