import type { Context } from "../../core/platform/context.ts";
import { limitsOf } from "./middleware/rate-limits.ts";

/** What limits there are for the actor, and where they are counted. */
export async function limitStatus({ limiter, config, actor }: Context) {
  const { usual, organizations, signIn, reset, failures } = limitsOf(config);
  const own = organizations.get(actor.organizationId) ?? usual;
  const policies = [own, signIn, reset, failures].flatMap((limit) => limit.policies);
  const limits = policies.map(({ name, limit, windowMs }) => ({ name, limit, windowSeconds: windowMs / 1000 }));
  return { ...limiter.status(), limits };
}
