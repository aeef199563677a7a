import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import { WEBHOOK_EFFECTS } from "../../../functions/webhook-effects.ts";
import { cloudContext } from "../../support/cloud.ts";
import { allEvents, deliver, eventId, heldQueue, registered, withStripe } from "../../support/webhooks.ts";

const DATA = new URL("../../../../shared/data/stripe/", import.meta.url);
const present = existsSync(DATA);

/** The files of a tar archive: blocks of 512 bytes, a header with name and octal size before each. */
function filesOf(name: string): [name: string, body: string][] {
  const archive = gunzipSync(readFileSync(new URL(name, DATA)));
  const files: [string, string][] = [];
  for (let at = 0; at < archive.length; ) {
    const text = (from: number, to: number) => archive.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    if (size > 0) files.push([text(0, 100), archive.toString("utf8", at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe.skipIf(!present)("the recorded bodies of ../shared/data/stripe (skipped where they are not there)", () => {
  const bodies = () =>
    ["webhook_events_2020-08-27.tar.gz", "webhook_event_basil_2025.tar.gz"]
      .flatMap(filesOf)
      .map(([name, body]): [string, Record<string, unknown>] => [
        name,
        // Their ids are zeroed and shared.
        { ...(JSON.parse(body) as Record<string, unknown>), id: eventId() },
      ]);

  it("are all kept, and all processed or ignored on purpose by what the product makes of them", async () => {
    const held = heldQueue();
    const ctx = withStripe(await registered(cloudContext()), { queues: held.queues });
    const all = bodies();
    expect(all.length).toBeGreaterThanOrEqual(16);
    for (const [name, body] of all) expect((await deliver(ctx, body)).outcome, name).toBe("received");
    for (const message of held.take()) await Inbound.workEvent(ctx, WEBHOOK_EFFECTS, message);
    const events = await allEvents(ctx);
    expect(events).toHaveLength(all.length);
    for (const { eventType, status, note, errorMessage } of events) {
      expect(["processed", "ignored"], `${eventType}: ${errorMessage}`).toContain(status);
      if (status === "ignored") expect(note, eventType).toBeTruthy();
    }
  });
});
