import { parseArgs } from "node:util";
import * as Organizations from "../core/organizations/index.ts";
import type { Context } from "../core/platform/context.ts";
import { messageOf } from "./machine/say.ts";
import { secretsOf } from "./secrets-of.ts";
import { UsageError } from "./settings.ts";
import { contextOf, findTable, resourcesOf } from "./table-of.ts";

/** Of whom a command is, as its options say. */
export interface Asked {
  ctx: Context;
  person: { email?: string; externalId?: string; channel?: string };
  options: Record<string, string | boolean | undefined>;
}

const text = { type: "string" } as const;
const PERSON = { email: text, "external-id": text, channel: text, organization: text };

/**
 * Reads a command about a person, for their organisation and with the key that their data is encrypted by. Throws
 * UsageError; undefined where only help was asked for.
 */
export async function readAsked(
  args: string[],
  { usage, own, command }: { usage: string; own: Record<string, { type: "string" | "boolean" }>; command: string },
): Promise<Asked | undefined> {
  const options = readOptions(args, own, usage);
  if (options["help"] === true) return undefined;
  const given = (name: "email" | "channel") => (options[name] === undefined ? {} : { [name]: options[name] });
  const externalId = options["external-id"];
  const person = { ...given("email"), ...given("channel"), ...(typeof externalId === "string" ? { externalId } : {}) };
  const table = findTable(usage);
  const organizationId = options["organization"] ?? table.organizationId;
  if (typeof organizationId !== "string") throw new UsageError(`Which organisation? Give --organization.\n\n${usage}`);
  const resources = resourcesOf(table.tableName, secretsOf(table.organizationId !== undefined, usage));
  const organization = await Organizations.organizationNamed(resources, organizationId);
  if (!organization) throw new UsageError(`There is no organisation ${organizationId}.`);
  const ctx = contextOf(resources, organization.id, command);
  return { ctx: { ...ctx, actor: { ...ctx.actor, currency: organization.currency } }, person, options };
}

function readOptions(args: string[], own: Record<string, { type: "string" | "boolean" }>, usage: string) {
  try {
    return parseArgs({ args, options: { ...PERSON, help: { type: "boolean" }, ...own } }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${usage}`);
  }
}
