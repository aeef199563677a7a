/** What differs between stages, and what the deployer says in the environment of `sst deploy`. */
export interface Stage {
  name: string;
  /** What functions get as ENVIRONMENT; the application's own guards hang on it. */
  environment: "development" | "staging" | "production";
  isProduction: boolean;
  /** Who may call the API and upload from a browser. */
  corsOrigins: string[];
  logLevel: string;
  logRetentionDays: number;
  /** A domain whose zone is in Route 53; without one the API has the address that API Gateway gives it. */
  apiDomain: string | undefined;
  /** Whose the instance's Stripe account is, where it is one organisation's. */
  stripeOrganizationId: string | undefined;
  /** A JSON list: docs/billing.md. */
  billingPlans: string | undefined;
  /** Where people work, if not at the API's own address. */
  consoleUrl: string | undefined;
  /** The sender of mails and the ARN of its SES identity; without them no mail leaves. */
  mail: { from: string; identityArn: string } | undefined;
  /** May strangers register? `true` unless the deployer says `false`. */
  enableUserRegistration: string;
  /** Limits of requests that are not the application's own defaults, by their variables. */
  rateLimits: Record<string, string>;
  /** Who is told of alarms; without one they are seen in CloudWatch only. */
  alarmEmail: string | undefined;
}

type Environment = Record<string, string | undefined>;

const LAPTOP_ORIGIN = "http://localhost:3000";

/** Throws before anything is created, naming every fault at once. */
export function readStage(name: string, env: Environment): Stage {
  const isProduction = name === "production";
  const corsOrigins = list(env["CORS_ORIGINS"] ?? (isProduction ? "" : LAPTOP_ORIGIN));
  const faults = corsOrigins.flatMap((origin) => originFaults(origin, isProduction));
  if (corsOrigins.length === 0) faults.push("CORS_ORIGINS must be set in production (comma separated origins)");
  if (env["MAIL_FROM"] && !/^arn:aws[\w-]*:ses:[^*]+:identity\/[^*]+$/.test(env["MAIL_IDENTITY_ARN"] ?? ""))
    faults.push("MAIL_IDENTITY_ARN must be the ARN of the SES identity that MAIL_FROM belongs to");
  if (faults.length > 0) {
    throw new Error(`Stage ${name} cannot be deployed:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
  }
  return {
    name,
    environment: isProduction ? "production" : name === "staging" ? "staging" : "development",
    isProduction,
    corsOrigins,
    logLevel: env["LOG_LEVEL"] ?? "INFO",
    logRetentionDays: isProduction ? 90 : name === "staging" ? 30 : 7,
    consoleUrl: env["CONSOLE_URL"] || undefined,
    mail: env["MAIL_FROM"] ? { from: env["MAIL_FROM"], identityArn: env["MAIL_IDENTITY_ARN"] ?? "" } : undefined,
    enableUserRegistration: env["ENABLE_USER_REGISTRATION"] === "false" ? "false" : "true",
    rateLimits: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (name.startsWith("RATE_LIMIT_") && value ? [[name, value]] : [])),
    ),
    apiDomain: env["API_DOMAIN"] || undefined,
    stripeOrganizationId: env["STRIPE_ORGANIZATION_ID"] || undefined,
    billingPlans: env["BILLING_PLANS"] || undefined,
    alarmEmail: env["ALARM_EMAIL"] || undefined,
  };
}

function originFaults(origin: string, isProduction: boolean): string[] {
  if (origin === "*") return isProduction ? ["CORS origins cannot be '*' in production"] : [];
  // Browsers send an origin without path or trailing slash, and S3 compares text, so another form never matches.
  const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
  return isOrigin ? [] : [`CORS_ORIGINS holds "${origin}", which is not an origin such as https://shop.example.com`];
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
