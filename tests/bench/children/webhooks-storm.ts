import { createContext } from "../../../core/platform/context.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { createResources } from "../../../functions/resources.ts";
import { testActor } from "../../support/context.ts";
import { registered, withStripe } from "../../support/webhooks.ts";
import { storm, type StormOptions, type StormResult } from "../../support/webhook-storm.ts";
import { serve } from "../support/serve.ts";

async function run(options: StormOptions): Promise<StormResult> {
  const actor = testActor();
  return storm(async (around, now) => {
    const resources = createResources(process.env, { around, now, log: NO_LOG, metrics: NO_METRICS });
    return withStripe(await registered(createContext(resources, { actor, requestId: "req_bench" })));
  }, options);
}

serve({ run });
