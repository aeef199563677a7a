import type { Resources } from "../platform/context.ts";
import type { EventRecord } from "./event.ts";
import { eventKeyOf } from "./event.store.ts";

/** SQS delays no longer; what is due later, the sweep queues. */
const LONGEST_DELAY_SECONDS = 900;

export const messageOf = (event: EventRecord) => ({ ...eventKeyOf(event) });

/**
 * Queues an event that is kept. Neither a crash before this nor a queue that is down loses it: the sweep finds what
 * nobody works on. So it fails nobody's request.
 */
export async function queueEvent(
  { queues, log }: Pick<Resources, "queues" | "log">,
  event: EventRecord,
  delayMs = 0,
): Promise<void> {
  const delaySeconds = Math.ceil(delayMs / 1000);
  if (delaySeconds > LONGEST_DELAY_SECONDS) return;
  try {
    await queues.send("webhookEvents", messageOf(event), { delaySeconds });
  } catch (error) {
    log.warn("An event was not queued and waits for the sweep", { eventId: event.id, error });
  }
}
