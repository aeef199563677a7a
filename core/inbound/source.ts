import * as z from "zod";
import type { Resource } from "../platform/resources.ts";
import type { Provider } from "./effects.ts";

/** Where an organisation's own events come from: a shop, an account, whatever signs them. */
export interface Source extends Resource {
  provider: Provider;
  name: string;
  /** Of eBay: the address as it was given to eBay, where it is not the one that requests arrive at. */
  endpoint?: string;
  /** What is in use, newest first; never the secrets themselves. */
  secrets: { addedAt: string; expiresAt?: string }[];
}

const name = () => z.string().trim().min(1).max(100);
const secret = () => z.string().min(16).max(500);

/** eBay's own rule for verification tokens. */
const verificationToken = () => z.string().regex(/^[\w-]{32,80}$/, "must be 32 to 80 letters, digits, _ or -");

const EbayFields = () => ({
  verificationToken: verificationToken(),
  clientId: z.string().min(1).max(200),
  clientSecret: z.string().min(1).max(200),
  sandbox: z.boolean().default(false),
});

const endpoint = () => z.url({ protocol: /^https?$/ }).max(500);

export const CreateSourceSchema = z.lazy(() =>
  z.discriminatedUnion("provider", [
    z.object({ provider: z.literal("stripe"), name: name(), secret: secret() }).strict(),
    z.object({ provider: z.literal("shopify"), name: name(), secret: secret() }).strict(),
    z.object({ provider: z.literal("generic"), name: name(), secret: secret() }).strict(),
    z.object({ provider: z.literal("ebay"), name: name(), endpoint: endpoint().optional(), ...EbayFields() }).strict(),
  ]),
);

export const UpdateSourceSchema = z.lazy(() =>
  z.object({ name: name().optional(), endpoint: endpoint().nullable().optional() }).strict(),
);

const OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 7 * 24;

export const RollSecretSchema = z.lazy(() => {
  const overlapHours = z
    .number()
    .min(0)
    .max(MOST_OVERLAP_HOURS)
    .default(OVERLAP_HOURS)
    .describe("For how long what was in use until now is good as well");
  return z.union([
    z.object({ secret: secret(), overlapHours }).strict(),
    z.object({ ...EbayFields(), overlapHours }).strict(),
  ]);
});

/** A source as answers show it, with where its provider shall send to. */
export function viewSource(source: Source) {
  return { ...source, path: `/webhooks/${source.provider}/${source.id}` };
}

export type SourceView = ReturnType<typeof viewSource>;
