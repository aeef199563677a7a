import { existsSync } from "node:fs";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { readIdentity } from "./identity.ts";
import { readSettings, UsageError } from "./settings.ts";

const FIELD_KEYS = ["SECRET_KEY_PREVIOUS", "FIELD_ENCRYPTION_KEY", "FIELD_ENCRYPTION_KEY_PREVIOUS"];

/** What a command reads encrypted fields with: the local system's own key, or those of the environment. Throws UsageError. */
export function secretsOf(isLocal: boolean, usage: string): Record<string, string> {
  // As `npm start` does, which may have been given keys of its own there.
  if (isLocal && existsSync(".env")) process.loadEnvFile(".env");
  const { SECRET_KEY = "" } = process.env;
  const others = Object.fromEntries(FIELD_KEYS.map((name) => [name, process.env[name] ?? ""]));
  if (SECRET_KEY !== "") return { ...others, SECRET_KEY };
  if (!isLocal)
    throw new UsageError(`With ${ENVIRONMENT.table} in the environment, SECRET_KEY must be there too.\n\n${usage}`);
  return { ...others, SECRET_KEY: readIdentity(readSettings([], process.env, process.cwd()).dataDir).secretKey };
}
