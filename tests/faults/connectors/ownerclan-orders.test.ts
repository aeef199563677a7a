import { describe, expect, test } from "vitest";
import type { Connection } from "../../../core/connectors/index.ts";
import { manifest } from "../../../core/connectors/ownerclan/manifest.ts";
import { purchases } from "../../../core/connectors/ownerclan/purchases.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import { sandboxConnection } from "../../support/connectors.ts";
import { OWNERCLAN_LOGIN, startOwnerclan } from "../../support/ownerclan.ts";

const asked = { reference: "PO-1", lines: [{ id: "a", externalId: "W000001", quantity: 1 }] };
const recipient = { name: "Demo Buyer", phone: "010-0000-0000", line1: "1 Demo Street", postalCode: "00000" };

interface Page {
  pageInfo: { hasNextPage: boolean; hasPreviousPage?: boolean; endCursor?: string | null };
  edges: { cursor?: string; node: unknown }[];
}

/** Answers a page a call, and breaks off whoever does not come to an end. */
function answering(pageOf: (call: number) => Page): Connection {
  let calls = 0;
  const call = () => {
    if (++calls > 1_000) throw new Error("asked for a thousand pages");
    return Promise.resolve({ data: { allOrders: pageOf(calls) } });
  };
  return { provider: "ownerclan", call } as unknown as Connection;
}

describe("a list of OwnerClan's orders that is not whole is no proof that nothing was ordered", () => {
  test.each<[string, (call: number) => Page]>([
    ["begins after its beginning", () => ({ pageInfo: { hasNextPage: false, hasPreviousPage: true }, edges: [] })],
    ["goes on, and does not say where", () => ({ pageInfo: { hasNextPage: true, endCursor: null }, edges: [] })],
    ["leads to itself", () => ({ pageInfo: { hasNextPage: true, endCursor: "a" }, edges: [] })],
    ["leads to and fro", (call) => ({ pageInfo: { hasNextPage: true, endCursor: call % 2 ? "a" : "b" }, edges: [] })],
    ["never ends", (call) => ({ pageInfo: { hasNextPage: true, endCursor: String(call) }, edges: [] })],
  ])("where it %s", async (_how, pageOf) => {
    await expect(purchases.find(answering(pageOf), asked)).rejects.toBeInstanceOf(TransientError);
  });

  test("where the source leaves a page out for good", async () => {
    const now = Date.now;
    const sandbox = await startOwnerclan({ size: 5, now });
    try {
      const connection = await sandboxConnection(manifest, { api: sandbox.url }, { credentials: OWNERCLAN_LOGIN, now });
      await purchases.place(connection, { ...asked, recipient });
      expect(await purchases.find(connection, asked)).toHaveLength(1);
      sandbox.faults.set([{ kind: "missingPage", times: 100, match: "GET /v1/graphql" }]);
      await expect(purchases.find(connection, asked)).rejects.toBeInstanceOf(TransientError);
    } finally {
      await sandbox.stop();
    }
  });
});
