import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readJson, writePrivateJson } from "./machine/files.ts";

/** What a data directory is known by: made with it, kept beside the data, gone with `--fresh`. */
export interface Identity {
  /** Signs cursors and derives API keys, so it must outlive the process. */
  secretKey: string;
  stripeWebhookSecret: string;
  /** Of the stand-in. */
  stripeSecretKey: string;
  organizationId?: string;
  apiKey?: string;
  /** For which organisation the demo's business has been opened. */
  businessOf?: string;
  /** The table's stream when the organisation was made. Another one means another database, which knows neither. */
  streamArn?: string;
}

function file(dataDir: string): string {
  return join(dataDir, "identity.json");
}

export function readIdentity(dataDir: string): Identity {
  const saved = readJson(file(dataDir)) ?? {};
  const text = (name: string) => (typeof saved[name] === "string" ? saved[name] : undefined);
  const organizationId = text("organizationId");
  const apiKey = text("apiKey");
  const streamArn = text("streamArn");
  const businessOf = text("businessOf");
  const identity = {
    secretKey: text("secretKey") ?? randomBytes(32).toString("base64url"),
    stripeWebhookSecret: text("stripeWebhookSecret") ?? `whsec_${randomBytes(24).toString("base64url")}`,
    stripeSecretKey: text("stripeSecretKey") ?? `sk_test_sandbox_${randomBytes(24).toString("base64url")}`,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(businessOf === undefined ? {} : { businessOf }),
    ...(streamArn === undefined ? {} : { streamArn }),
  };
  saveIdentity(dataDir, identity);
  return identity;
}

export function saveIdentity(dataDir: string, identity: Identity): void {
  writePrivateJson(file(dataDir), identity);
}
