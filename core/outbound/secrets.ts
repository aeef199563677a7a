import { type Context, timestamp } from "../platform/context.ts";
import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { Endpoint, KeptSecret } from "./endpoint.ts";
import { newSecret } from "./signature.ts";

/** How long a former secret is signed with as well. */
export const OVERLAP_MS = 24 * 3_600_000;
/** Whoever rotates again and again within a day: more than these are not kept, the oldest go. */
const MAX_KEPT = 4;

/** What the encrypted text is bound to: it opens for this endpoint of this organisation only. */
const aboutOf = (organizationId: string, endpointId: string) => `webhook-endpoint#${organizationId}#${endpointId}`;

const about = (ctx: Context, endpointId: string) => aboutOf(ctx.actor.organizationId, endpointId);

/** What endpoints keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  "webhook-endpoint": (item) =>
    ((item["secrets"] ?? []) as KeptSecret[]).map((_secret, at) => ({
      path: ["secrets", at, "sealed"],
      about: aboutOf(ownerOf(item), String(item["sk"])),
    })),
};

export function makeSecret(ctx: Context, endpointId: string): KeptSecret {
  return { sealed: seal(ctx.config, about(ctx, endpointId), newSecret()), createdAt: timestamp(ctx) };
}

export function openSecret(ctx: Context, endpointId: string, { sealed }: KeptSecret): string {
  return unseal(ctx.config, about(ctx, endpointId), sealed);
}

/** The secrets after a rotation: a new one, and those before it until their time is over. */
export function rotated(ctx: Context, { id, secrets }: Endpoint): KeptSecret[] {
  const until = new Date(ctx.now() + OVERLAP_MS).toISOString();
  const former = live(ctx, secrets).map((secret) => ({ ...secret, until: secret.until ?? until }));
  return [makeSecret(ctx, id), ...former].slice(0, MAX_KEPT);
}

/** In the clear, newest first: what is signed with now. */
export function signingSecrets(ctx: Context, { id, secrets }: Endpoint): string[] {
  return live(ctx, secrets).map((secret) => openSecret(ctx, id, secret));
}

function live({ now }: Context, secrets: readonly KeptSecret[]): KeptSecret[] {
  const at = new Date(now()).toISOString();
  return secrets.filter(({ until }) => until === undefined || until > at);
}
