import type { Context } from "../platform/context.ts";
import { type OpenAccount, workOn } from "./run.ts";
import { cancelling } from "./run-cancel.ts";
import { following } from "./run-follow.ts";
import { quoting } from "./run-quote.ts";
import { submitting } from "./run-submit.ts";

const RUNS = { quote: quoting, submit: submitting, follow: following, cancel: cancelling };

/** Does at suppliers what is due of these purchase orders; called by the queue. Returns those that have to come again. */
export function workPurchaseOrders(
  ctx: Context,
  { ids, openAccount }: { ids: readonly string[]; openAccount: OpenAccount },
): Promise<Map<string, unknown>> {
  return workOn(ctx, { ids, openAccount }, RUNS);
}
