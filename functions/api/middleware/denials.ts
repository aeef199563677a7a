import { type Actor, createContext, type Resources } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { outboxWrite } from "../../../core/platform/events.ts";
import type { ApiContext } from "../api-env.ts";
import { clientAddress } from "../client-address.ts";

/**
 * Tells of somebody known who asked for what they may not. The refusal itself does not wait for it to succeed, and
 * nothing of the request but its route is told.
 */
export async function tellDenial(c: ApiContext, resources: Resources, actor: Actor, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code !== "FORBIDDEN") return;
  const requestId = c.get("requestId");
  const address = clientAddress(c);
  const ctx = createContext(resources, { actor, requestId, ...(address === undefined ? {} : { address }) });
  const { permission } = (error.details ?? {}) as { permission?: string };
  const data = {
    method: c.req.method,
    route: c.get("route") ?? "",
    permission: permission ?? null,
    why: error.message,
  };
  try {
    await resources.table.transact([outboxWrite(ctx, "access.denied", data)]);
  } catch (failure) {
    resources.log.error("A denial could not be told", { requestId, actorId: actor.id, error: failure });
  }
}
