import * as Inbound from "../../core/inbound/index.ts";
import { cloudContext } from "./cloud.ts";
import { stoppedClock } from "./recording.ts";
import { countingEffects, heldQueue, registered, withStripe } from "./webhooks.ts";

/** An organisation that owns the instance's Stripe account, on a stopped clock, with a queue in hand and a worker for it. */
export async function webhookShop(options: Parameters<typeof cloudContext>[0] = {}) {
  const clock = stoppedClock();
  const held = heldQueue();
  const ctx = withStripe(await registered(cloudContext({ now: clock.now, ...options })), { queues: held.queues });
  const work = async (registry = countingEffects()) => {
    const outcomes: Inbound.Worked[] = [];
    for (const message of held.take()) outcomes.push(await Inbound.workEvent(ctx, registry, message));
    return outcomes;
  };
  return { ctx, clock, held, work };
}
