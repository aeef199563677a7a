import { inject } from "vitest";
import { CONNECTORS } from "../../core/connectors/index.ts";
import { type Context, createContext } from "../../core/platform/context.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";
import { createResources, type ResourceOptions } from "../../functions/resources.ts";
import { testActor } from "./context.ts";

/** No test calls a provider: whoever needs one says in its configuration where its stand-in is. */
const NOWHERE = Object.fromEntries(
  CONNECTORS.flatMap(({ name }) =>
    ["API", "AUTH"].map((base) => [`${name.toUpperCase()}_${base}_BASE`, "http://127.0.0.1:9"]),
  ),
);

/** The functions' own resources on this run's emulators, and an organisation that no other test has. */
export function cloudContext(
  options: ResourceOptions &
    Partial<Pick<Context, "actor" | "idempotencyKey" | "requestId">> & { tableName?: string } = {},
): Context {
  const { environment } = inject("cloud");
  // The SDK finds its endpoints where it finds them in Lambda.
  Object.assign(process.env, environment);
  const { actor = testActor(), requestId = "req_test", idempotencyKey, tableName, ...rest } = options;
  const env = {
    ...environment,
    ...(tableName === undefined ? {} : { TABLE_NAME: tableName }),
    ENVIRONMENT: "test",
    SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
    // Hashing is as slow as it is meant to be where that is what is tested.
    PASSWORD_HASH_COST: "8",
    // A test asks more of one key than a caller may.
    RATE_LIMIT_PER_MINUTE: "1000000000",
    RATE_LIMIT_PER_HOUR: "1000000000",
    RATE_LIMIT_SIGN_IN_PER_MINUTE: "1000000000",
    RATE_LIMIT_REFUSED_PER_MINUTE: "1000000000",
    ...NOWHERE,
  };
  const resources = createResources(env, { log: NO_LOG, metrics: NO_METRICS, ...rest });
  return createContext(resources, { actor, requestId, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
}
