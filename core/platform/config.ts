import * as z from "zod/mini";
import { BILLING_PLANS_FORM, readBillingPlans } from "./billing-plans.ts";
import { readConnectorBases } from "./connector-bases.ts";
import { OPENID_PROVIDERS_FORM, readOpenIdProviders } from "./openid-providers.ts";

// Of zod's two forms the small one: this is the one schema that every cold start makes, and it costs a quarter here.
// It brings no messages of its own, so each check says its own.

/** What OWASP asks of scrypt with three passes. */
const LEAST_PASSWORD_COST = 15;
const DEFAULT_SECRET = "your-secret-key-change-in-production";

const oneOf = <const V extends string>(values: V[]) => z.enum(values, `must be one of ${values.join(", ")}`);

const name = (what: string) => z.string(`must name ${what}`).check(z.minLength(3, `must name ${what}`));

const wholeNumber = z.coerce
  .number("must be a whole number")
  .check(z.int("must be a whole number"), z.positive("must be more than 0"));

const optionalText = z.pipe(
  z.optional(z.string()),
  z.transform((value) => (value === "" ? undefined : value)),
);

const FIELD_KEY_CHARACTERS = 32;

const fieldKey = z.pipe(
  z.optional(z.string()),
  z.transform((value, { issues }) => {
    if (value && value.length < FIELD_KEY_CHARACTERS)
      issues.push({ code: "custom", message: `must have ${FIELD_KEY_CHARACTERS} characters or more`, input: "" });
    return value || undefined;
  }),
);

/** Comma separated. */
const list = z.pipe(
  z.prefault(z.string(), ""),
  z.transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ),
);

const flag = z.pipe(
  z.prefault(oneOf(["true", "false"]), "false"),
  z.transform((value) => value === "true"),
);

const on = z.pipe(
  z.prefault(oneOf(["true", "false"]), "true"),
  z.transform((value) => value === "true"),
);

const openIdProviders = z.pipe(
  z.prefault(z.string(), ""),
  z.transform((text, { issues }) => {
    const providers = readOpenIdProviders(text);
    if (!providers) issues.push({ code: "custom", message: OPENID_PROVIDERS_FORM, input: text });
    return providers ?? [];
  }),
);

const plans = z.pipe(
  z.prefault(z.string(), ""),
  z.transform((text, { issues }) => {
    const read = readBillingPlans(text);
    if (!read) issues.push({ code: "custom", message: BILLING_PLANS_FORM, input: text });
    return read ?? [];
  }),
);

/** `org_…=600/20000`: requests a minute and an hour of each of an organisation's keys and people. */
const ORGANIZATION_LIMIT = /^(org_\w+)=(\d{1,9})\/(\d{1,9})$/;

const organizationLimits = z.pipe(
  list,
  z.transform((entries, { issues }) => {
    const limits = new Map<string, { perMinute: number; perHour: number }>();
    for (const entry of entries) {
      const [, id, perMinute, perHour] = ORGANIZATION_LIMIT.exec(entry) ?? [];
      if (id === undefined)
        issues.push({ code: "custom", message: "must be org_…=600/20000, comma separated", input: entry });
      else limits.set(id, { perMinute: Number(perMinute), perHour: Number(perHour) });
    }
    return limits;
  }),
);

const ConfigSchema = z.pipe(
  z.object({
    ENVIRONMENT: z.prefault(oneOf(["development", "test", "staging", "production"]), "development"),
    SECRET_KEY: z.prefault(z.string(), DEFAULT_SECRET),
    SECRET_KEY_PREVIOUS: list,
    FIELD_ENCRYPTION_KEY: fieldKey,
    FIELD_ENCRYPTION_KEY_PREVIOUS: list,
    CORS_ORIGINS: z.prefault(z.string(), "http://localhost:3000"),
    LOG_LEVEL: z.prefault(oneOf(["DEBUG", "INFO", "WARN", "ERROR"]), "INFO"),
    TABLE_NAME: name("the DynamoDB table"),
    BUCKET_NAME: name("the S3 bucket"),
    IMPORTS_QUEUE_URL: z.url("must be the URL of the imports queue"),
    SUPPLIER_SYNC_QUEUE_URL: z.url("must be the URL of the supplier-sync queue"),
    PURCHASES_QUEUE_URL: z.url("must be the URL of the purchases queue"),
    CHANNEL_UPDATES_QUEUE_URL: z.url("must be the URL of the channel-updates queue"),
    CHANNEL_ORDERS_QUEUE_URL: z.url("must be the URL of the channel-orders queue"),
    WEBHOOK_EVENTS_QUEUE_URL: z.url("must be the URL of the webhook-events queue"),
    OUTBOUND_WEBHOOKS_QUEUE_URL: z.url("must be the URL of the outbound-webhooks queue"),
    UPSTASH_REDIS_REST_URL: optionalText,
    UPSTASH_REDIS_REST_TOKEN: optionalText,
    STRIPE_WEBHOOK_SECRET: list,
    STRIPE_ORGANIZATION_ID: optionalText,
    STRIPE_SECRET_KEY: optionalText,
    STRIPE_API_BASE: z.prefault(z.url("must be the URL of Stripe's API"), "https://api.stripe.com"),
    BILLING_PLANS: plans,
    SENTRY_DSN: optionalText,
    RATE_LIMIT_PER_MINUTE: z.prefault(wholeNumber, 100),
    RATE_LIMIT_PER_HOUR: z.prefault(wholeNumber, 1000),
    RATE_LIMIT_SIGN_IN_PER_MINUTE: z.prefault(wholeNumber, 5),
    RATE_LIMIT_REFUSED_PER_MINUTE: z.prefault(wholeNumber, 100),
    RATE_LIMIT_ORGANIZATIONS: organizationLimits,
    CACHE_TTL_SECONDS: z.prefault(wholeNumber, 300),
    ALLOW_PRIVATE_ADDRESSES: flag,
    PUBLIC_URL: z.prefault(z.url("must be the URL at which the API is reached"), "http://localhost:8787"),
    CONSOLE_URL: optionalText,
    MAIL_FROM: optionalText,
    OIDC_PROVIDERS: openIdProviders,
    PASSWORD_HASH_COST: z.prefault(wholeNumber, 15),
    ENABLE_USER_REGISTRATION: on,
    VERSION: z.prefault(z.string(), "0.1.0"),
  }),
  z.transform((env) => ({
    environment: env.ENVIRONMENT,
    secretKey: env.SECRET_KEY,
    /** What was encrypted under these can still be read. */
    previousSecretKeys: env.SECRET_KEY_PREVIOUS,
    /** What is encrypted is encrypted under it; where there is none, under SECRET_KEY. */
    fieldKey: env.FIELD_ENCRYPTION_KEY,
    /** What was encrypted under these, or will be, can be read. */
    previousFieldKeys: env.FIELD_ENCRYPTION_KEY_PREVIOUS,
    corsOrigins: env.CORS_ORIGINS.split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
    logLevel: env.LOG_LEVEL,
    tableName: env.TABLE_NAME,
    bucketName: env.BUCKET_NAME,
    queueUrls: {
      imports: env.IMPORTS_QUEUE_URL,
      supplierSync: env.SUPPLIER_SYNC_QUEUE_URL,
      purchases: env.PURCHASES_QUEUE_URL,
      channelUpdates: env.CHANNEL_UPDATES_QUEUE_URL,
      channelOrders: env.CHANNEL_ORDERS_QUEUE_URL,
      webhookEvents: env.WEBHOOK_EVENTS_QUEUE_URL,
      outboundWebhooks: env.OUTBOUND_WEBHOOKS_QUEUE_URL,
    },
    redis: env.UPSTASH_REDIS_REST_URL
      ? { url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN ?? "" }
      : undefined,
    /** The instance's own Stripe account: its endpoint's secrets, several during a roll, whose it is, and its API. */
    stripe: {
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET,
      organizationId: env.STRIPE_ORGANIZATION_ID,
      /** Without it nothing is billed. */
      secretKey: env.STRIPE_SECRET_KEY,
      apiBase: withoutSlash(env.STRIPE_API_BASE),
    },
    /** What organisations may subscribe to; the first one without a price is what they have otherwise. */
    billingPlans: env.BILLING_PLANS,
    sentryDsn: env.SENTRY_DSN,
    /** Of each key, person or address; `organizations` where one has other figures. */
    rateLimit: {
      perMinute: env.RATE_LIMIT_PER_MINUTE,
      perHour: env.RATE_LIMIT_PER_HOUR,
      /** Of an address; as many resets of passwords in an hour. */
      signInPerMinute: env.RATE_LIMIT_SIGN_IN_PER_MINUTE,
      /** Of an address: wrong keys, and webhooks that are not verified. */
      refusedPerMinute: env.RATE_LIMIT_REFUSED_PER_MINUTE,
      organizations: env.RATE_LIMIT_ORGANIZATIONS,
    },
    cacheTtlSeconds: env.CACHE_TTL_SECONDS,
    /** For the laptop and tests, where feeds are served from loopback. Refused in production. */
    allowPrivateAddresses: env.ALLOW_PRIVATE_ADDRESSES,
    /** Where the API is reached from outside, without a slash at the end: redirects of sign-in providers come back there. */
    publicUrl: withoutSlash(env.PUBLIC_URL),
    /** Where people work, when it is not the API's own address: mails and sign-ins lead there. */
    consoleUrl: env.CONSOLE_URL && withoutSlash(env.CONSOLE_URL),
    /** Cookies demand https everywhere but on a laptop's plain http. */
    secureCookies: isDeployed(env.ENVIRONMENT) || env.PUBLIC_URL.startsWith("https:"),
    /** The sender's address. Without one no mail leaves. */
    mailFrom: env.MAIL_FROM,
    openIdProviders: env.OIDC_PROVIDERS,
    /** Passwords are hashed with 2 to this power blocks of 1 KiB: 15 takes 32 MiB and about a quarter of a second. */
    passwordCost: env.PASSWORD_HASH_COST,
    features: { enable_user_registration: env.ENABLE_USER_REGISTRATION },
    version: env.VERSION,
  })),
);

export interface Config extends z.output<typeof ConfigSchema> {
  /** Where suppliers and channels are reached instead of at their own addresses, by connector. */
  connectorBases: ReadonlyMap<string, { api?: string; auth?: string }>;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`Configuration is invalid:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/** Reads the environment once, at start. Throws ConfigError listing every fault, not only the first. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const result = ConfigSchema.safeParse(env);
  const bases = readConnectorBases(env);
  const faults = [...bases.faults, ...(result.success ? productionFaults(result.data) : [])];
  if (!result.success) {
    for (const issue of result.error.issues) faults.push(`${issue.path.join(".")} ${issue.message}`);
    if (env["ENVIRONMENT"] === "production") faults.push(...rawProductionFaults(env));
  }
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  return { ...result.data, connectorBases: bases.bases };
}

/** Production refuses to start on defaults that are only good for a laptop. */
function productionFaults(config: z.output<typeof ConfigSchema>): string[] {
  if (config.environment !== "production") return [];
  const faults = guards(config.secretKey, config.corsOrigins, config.allowPrivateAddresses);
  if (config.passwordCost < LEAST_PASSWORD_COST)
    faults.push(`PASSWORD_HASH_COST must be ${LEAST_PASSWORD_COST} or more in production`);
  if (config.openIdProviders.some(({ issuer }) => !issuer.startsWith("https:")))
    faults.push("OIDC_PROVIDERS must name issuers by https in production");
  if (!config.stripe.apiBase.startsWith("https:")) faults.push("STRIPE_API_BASE must be https in production");
  return faults;
}

function rawProductionFaults(env: Record<string, string | undefined>): string[] {
  const origins = (env["CORS_ORIGINS"] ?? "").split(",").map((origin) => origin.trim());
  return guards(env["SECRET_KEY"] ?? DEFAULT_SECRET, origins, env["ALLOW_PRIVATE_ADDRESSES"] === "true");
}

function guards(secretKey: string, corsOrigins: string[], allowPrivateAddresses: boolean): string[] {
  const faults: string[] = [];
  if (secretKey === DEFAULT_SECRET || secretKey.length < 32) {
    faults.push("SECRET_KEY must be set in production (32 characters or more)");
  }
  if (corsOrigins.includes("*")) faults.push("CORS origins cannot be '*' in production");
  if (allowPrivateAddresses) faults.push("ALLOW_PRIVATE_ADDRESSES cannot be true in production");
  return faults;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
const isDeployed = (environment: string) => environment === "production" || environment === "staging";
