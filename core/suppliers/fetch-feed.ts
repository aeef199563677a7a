import type { Batch, FetchStep } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import type { Supplier } from "./supplier.ts";

/** A feed larger than this is no catalogue of a wholesaler that we know. */
const MAX_FEED_BYTES = 1024 ** 3;

/** Brings the feed into the bucket as it is, so that every later step reads one and the same file. */
export async function fetchFeed(
  ctx: Context,
  { id, feed }: Supplier,
  batch: Batch,
  beat: () => Promise<void>,
): Promise<FetchStep> {
  if (feed?.url === undefined)
    throw new AppError("STATE_CONFLICT", "The supplier's feed has no URL any more", { field: "feed.url" });
  const key = `feeds/${ctx.actor.organizationId}/${id}/${batch.id}`;
  const { body } = await ctx.http.request({
    dependency: `feed:${id}`,
    url: feed.url,
    maxBytes: MAX_FEED_BYTES,
  });
  await ctx.objects.putStream(key, beating(body, ctx.now, beat), "application/octet-stream");
  return { objectKey: key };
}

const BEAT_MS = 5_000;

async function* beating(
  body: AsyncIterable<Uint8Array>,
  now: () => number,
  beat: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let next = now() + BEAT_MS;
  for await (const chunk of body) {
    yield chunk;
    if (now() < next) continue;
    await beat();
    next = now() + BEAT_MS;
  }
}
