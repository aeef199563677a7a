import type { Context } from "../platform/context.ts";
import { timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { DisabledReason } from "./endpoint.ts";
import { changeEndpoint } from "./endpoints.ts";
import { noteFailing } from "./state.store.ts";

/** Nothing but failures for so long disables an endpoint. */
export const FAILING_MS = 5 * 24 * 3_600_000;

/** A failed attempt's consequence for its endpoint. Returns whether it gets nothing any more. */
export async function afterFailure(ctx: Context, endpointId: string, isGone: boolean): Promise<boolean> {
  if (isGone) return disable(ctx, endpointId, "gone");
  const since = await noteFailing(ctx, endpointId);
  if (ctx.now() - since < FAILING_MS) return false;
  return disable(ctx, endpointId, "failing");
}

const WHY: Record<DisabledReason, string> = {
  byHand: "by hand",
  gone: "it answered 410 Gone",
  failing: "for five days nothing arrived",
};

/** Disables it with the reason and a notice, once; a worker that comes second changes nothing. */
async function disable(ctx: Context, endpointId: string, reason: DisabledReason): Promise<boolean> {
  try {
    await changeEndpoint(ctx, { id: endpointId }, ({ status }) => {
      if (status === "disabled") throw new AppError("STATE_CONFLICT", "The endpoint is disabled already");
      return {
        changes: { status: "disabled", disabledReason: reason, disabledAt: timestamp(ctx) },
        writes: [outboxWrite(ctx, "webhookEndpoint.disabled", { endpointId, reason })],
      };
    });
    ctx.log.warn("A webhook endpoint was disabled", { endpointId, reason, why: WHY[reason] });
  } catch (error) {
    // Removed or disabled meanwhile.
    if (!(error instanceof AppError) || (error.code !== "NOT_FOUND" && error.code !== "STATE_CONFLICT")) throw error;
    if (error.retryable) throw error;
  }
  return true;
}
