import type { Scenario } from "./evaluation/evaluation.ts";

/** Looks like nothing else in an evaluation, so that a test can search for it. */
export const SECRET_KEY = "only-for-tests-0123456789-abcdefghij";

const secrets = { SST_SECRET_SecretKey: SECRET_KEY };
const origins = { CORS_ORIGINS: "https://shop.example.com, https://admin.example.com" };

export const MAIL_IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com";

export const SCENARIOS = {
  production: { stage: "production", env: { ...secrets, ...origins, ALARM_EMAIL: "operator@example.com" } },
  staging: { stage: "staging", env: { ...secrets, ...origins } },
  // Long enough to try things with; only production insists on more.
  personal: { stage: "ada", env: { SST_SECRET_SecretKey: "short" } },
  productionWithDomain: { stage: "production", env: { ...secrets, ...origins, API_DOMAIN: "api.example.com" } },
  productionWithMail: {
    stage: "production",
    env: { ...secrets, ...origins, MAIL_FROM: "hello@example.com", MAIL_IDENTITY_ARN: MAIL_IDENTITY },
  },
  productionWithoutOrigins: { stage: "production", env: secrets },
  productionWithShortKey: { stage: "production", env: { ...origins, SST_SECRET_SecretKey: "short" } },
  withoutSecretKey: { stage: "ada", env: {} },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** The stages that come to stand, for what must hold in each. */
export const STAGES = ["production", "staging", "personal"] as const satisfies readonly ScenarioName[];
