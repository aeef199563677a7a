import { contentHash } from "../platform/canonical.ts";
import { type Context, timestamp } from "../platform/context.ts";
import type { Fault } from "../platform/errors.ts";
import { ID_PREFIX } from "../platform/ids.ts";
import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { ChannelTask } from "./task.ts";
import { createTask } from "./task.store.ts";

export interface UnreadableOrder {
  original: unknown;
  faults: Fault[];
}

/** An item takes 400 KB; a sealed text is a third longer. Beyond it only the beginning is kept. */
const MOST_CHARACTERS = 200_000;
const MOST_FAULTS = 50;

/**
 * Keeps orders that could not be read, with why, as tasks that failed: listed, and tried again by hand. One of the same
 * text is kept once. Returns how many are new.
 */
export async function keepUnreadable(
  ctx: Context,
  about: { accountId: string; channel: string; affectsStock: boolean },
  orders: readonly UnreadableOrder[],
): Promise<number> {
  let kept = 0;
  for (const { original, faults } of orders) {
    const text = JSON.stringify(original) ?? "null";
    const id = `${ID_PREFIX.channelTask}_${contentHash({ accountId: about.accountId, text }).slice(0, 26).toUpperCase()}`;
    const at = timestamp(ctx);
    const externalOrderId = idIn(original);
    const task: ChannelTask = {
      id,
      version: 1,
      createdAt: at,
      updatedAt: at,
      kind: "order",
      status: "failed",
      ...about,
      ...(externalOrderId === undefined ? {} : { externalOrderId }),
      reason: { code: "UNREADABLE", message: summary(faults) },
      faults: faults.slice(0, MOST_FAULTS),
      // It names a buyer.
      sealed: seal(ctx.config, aboutOf(ctx, id), text.slice(0, MOST_CHARACTERS)),
      attempts: 0,
    };
    if (await createTask(ctx, task)) kept++;
  }
  return kept;
}

/** The order as the channel wrote it. */
export function originalOf(ctx: Context, { id, sealed }: ChannelTask): unknown {
  if (sealed === undefined) return undefined;
  const text = unseal(ctx.config, aboutOf(ctx, id), sealed);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Cut for its length.
    return text;
  }
}

const about = (organizationId: string, id: string) => `channel task ${organizationId} ${id}`;

const aboutOf = ({ actor }: Context, id: string) => about(actor.organizationId, id);

/** What tasks keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  "channel-task": (item) => [{ path: ["sealed"], about: about(ownerOf(item), String(item["id"])) }],
};

/** By which names channels call an order, for people to find it there. */
const ID_NAMES = ["orderNumber", "orderId", "id", "name"];

function idIn(original: unknown): string | undefined {
  if (typeof original !== "object" || original === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(original));
  const id = ID_NAMES.map((name) => fields.get(name)).find(
    (value) => typeof value === "string" || typeof value === "number",
  );
  return id === undefined ? undefined : String(id).slice(0, 200);
}

function summary(faults: readonly Fault[]): string {
  const shown = faults.slice(0, 3).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return `The order could not be taken over: ${shown.join("; ")}`.slice(0, 500);
}
