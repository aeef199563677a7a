import * as Outbound from "../../core/outbound/index.ts";
import { byOrganization } from "./by-organization.ts";

/** Delivers webhooks. */
export const handler = byOrganization("outboundWebhooks", (ctx, ids, remainingMs) =>
  Outbound.deliver(ctx, { ids }, { remainingMs }),
);
