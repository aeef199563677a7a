import { join } from "node:path";
import { type Context, createContext, type Resources, systemActor } from "../core/platform/context.ts";
import type { OrganizationId } from "../core/platform/ids.ts";
import { NO_LOG } from "../core/platform/log.ts";
import { NO_METRICS } from "../core/platform/metrics.ts";
import { createResources } from "../functions/resources.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { readJson } from "./machine/files.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION, QUEUE_NAMES } from "./names.ts";
import { readSettings, UsageError } from "./settings.ts";

/** The table of the environment, or the running local system's, with its own organisation. Throws UsageError. */
export function findTable(usage: string): { tableName: string; organizationId: string | undefined } {
  const given = process.env[ENVIRONMENT.table];
  if (given !== undefined && given !== "") return { tableName: given, organizationId: undefined };
  const { homeDir } = readSettings([], process.env, process.cwd());
  const local = readJson(join(homeDir, "local.json"));
  const endpoints = (local?.["endpoints"] ?? {}) as Record<string, unknown>;
  const [dynamodb, tableName] = [endpoints["dynamodb"], endpoints["tableName"]];
  const organizationId = local?.["organizationId"];
  if (typeof dynamodb !== "string" || typeof tableName !== "string" || typeof organizationId !== "string")
    throw new UsageError(`There is no local system here: start one with npm start.\n\n${usage}`);
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] ||= dynamodb;
  process.env["AWS_REGION"] ||= LOCAL_REGION;
  process.env["AWS_ACCESS_KEY_ID"] ||= LOCAL_CREDENTIALS.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] ||= LOCAL_CREDENTIALS.secretAccessKey;
  return { tableName, organizationId };
}

/** What a command needs that works on the table alone: what else a process is configured with has no say there. */
export function resourcesOf(tableName: string, secrets: Record<string, string> = NO_SECRETS): Resources {
  const unused = "http://127.0.0.1/unused";
  const environment = {
    ENVIRONMENT: "test",
    ...secrets,
    [ENVIRONMENT.table]: tableName,
    [ENVIRONMENT.bucket]: "unused",
    ...Object.fromEntries(QUEUE_NAMES.map((name) => [ENVIRONMENT.queueUrl[name], unused])),
  };
  return createResources(environment, { log: NO_LOG, metrics: NO_METRICS });
}

/** Of a command that only reads what is not encrypted. */
const NO_SECRETS = { SECRET_KEY: "signs-nothing-since-this-only-reads-0123456789" };

/** The product itself, acting for an organisation because of a command. */
export function contextOf(resources: Resources, organizationId: string, command: string): Context {
  const actor = systemActor(organizationId as OrganizationId, "USD", command);
  return createContext(resources, { actor, requestId: resources.newId("request") });
}
