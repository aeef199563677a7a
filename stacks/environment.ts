import { ENVIRONMENT } from "./definitions.ts";
import type { Queues } from "./queues.ts";
import type { Secrets } from "./secrets.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

export type Variables = Record<string, $util.Input<string>>;

export interface Environment {
  /** For a function that reads neither data nor secrets. */
  basic: Variables;
  /** All that the application's configuration asks for when a function starts. */
  full: Variables;
}

/** What a function is told when it starts. A name grants nothing: what it may do with it is in grants.ts. */
export function createEnvironment(parts: {
  stage: Stage;
  secrets: Secrets;
  storage: Storage;
  queues: Queues;
}): Environment {
  const { stage, secrets, storage, queues } = parts;
  const basic = { ENVIRONMENT: stage.environment, LOG_LEVEL: stage.logLevel };
  const full = {
    ...basic,
    [ENVIRONMENT.table]: storage.table.name,
    [ENVIRONMENT.bucket]: storage.bucket.name,
    [ENVIRONMENT.queueUrl.imports]: queues.imports.queue.url,
    [ENVIRONMENT.queueUrl.supplierSync]: queues.supplierSync.queue.url,
    [ENVIRONMENT.queueUrl.purchases]: queues.purchases.queue.url,
    [ENVIRONMENT.queueUrl.channelUpdates]: queues.channelUpdates.queue.url,
    [ENVIRONMENT.queueUrl.channelOrders]: queues.channelOrders.queue.url,
    [ENVIRONMENT.queueUrl.webhookEvents]: queues.webhookEvents.queue.url,
    [ENVIRONMENT.queueUrl.outboundWebhooks]: queues.outboundWebhooks.queue.url,
    CORS_ORIGINS: stage.corsOrigins.join(","),
    SECRET_KEY: secrets.secretKey,
    SECRET_KEY_PREVIOUS: secrets.previousSecretKeys,
    FIELD_ENCRYPTION_KEY: secrets.fieldKey,
    FIELD_ENCRYPTION_KEY_PREVIOUS: secrets.previousFieldKeys,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    BILLING_PLANS: stage.billingPlans ?? "",
    STRIPE_ORGANIZATION_ID: stage.stripeOrganizationId ?? "",
    CONSOLE_URL: stage.consoleUrl ?? "",
    MAIL_FROM: stage.mail?.from ?? "",
    OIDC_PROVIDERS: secrets.openIdProviders,
    ENABLE_USER_REGISTRATION: stage.enableUserRegistration,
    ...stage.rateLimits,
    UPSTASH_REDIS_REST_URL: secrets.upstashUrl,
    UPSTASH_REDIS_REST_TOKEN: secrets.upstashToken,
  };
  return { basic, full };
}
