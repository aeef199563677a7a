import { connector } from "../../../core/connectors/ownerclan/connector.ts";
import { manifest } from "../../../core/connectors/ownerclan/manifest.ts";
import type { Connection, PurchaseOrder } from "../../../core/connectors/index.ts";
import type { OwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import { connectorFaults, type FaultyWork } from "../../support/connector-faults.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { OWNERCLAN_LOGIN, startOwnerclan } from "../../support/ownerclan.ts";

const { catalogue, purchases } = connector;
if (!catalogue?.changes || !purchases) throw new Error("OwnerClan's connector lacks a part");
const { changes } = catalogue;

const connectTo = (sandbox: OwnerclanSandbox) => (options: SandboxOptions) =>
  sandboxConnection(manifest, { api: sandbox.url }, { credentials: OWNERCLAN_LOGIN, ...options });

async function everything(connection: Connection): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await catalogue?.page(connection, { limit: 1_000, ...(cursor ? { cursor } : {}) });
    ids.push(...(page?.products ?? []).map(({ externalId }) => externalId));
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

async function whatChanged(connection: Connection, from: number): Promise<string[]> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await changes.page(connection, { from, to: connection.now(), ...(cursor ? { cursor } : {}) });
    for (const id of page.ids) ids.add(id);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const { products } = await changes.byIds(connection, [...ids]);
  return products.map(({ externalId }) => externalId);
}

const order: PurchaseOrder = {
  reference: "PO-1",
  lines: [
    { id: "a", externalId: "W000001", quantity: 1 },
    { id: "b", externalId: "W000002", quantity: 2 },
  ],
  recipient: { name: "Demo Buyer", phone: "010-0000-0000", line1: "1 Demo Street", postalCode: "00000" },
};

/** As a purchase is placed: whoever does not know whether the last try was heard looks first. */
async function placeOnce(connection: Connection): Promise<string[]> {
  const found = (await purchases?.find(connection, order)) ?? [];
  const placed = found.length > 0 ? found : ((await purchases?.place(connection, order)) ?? []);
  return placed.flatMap(({ lineIds }) => lineIds);
}

connectorFaults("OwnerClan", [
  {
    name: "reading everything",
    match: "GET /v1/graphql",
    async start({ now }): Promise<FaultyWork> {
      const sandbox = await startOwnerclan({ size: 40, mostPerPage: 15, now });
      const expected = sandbox.catalogue.byChange().map(({ key }) => key);
      return { provider: sandbox, connect: connectTo(sandbox), run: everything, expected };
    },
  },
  {
    name: "reading what changed",
    match: "GET /v1/graphql",
    async start({ now }): Promise<FaultyWork> {
      const sandbox = await startOwnerclan({ size: 40, mostPerPage: 8, now, tokenStyle: "json" });
      const expected = sandbox.catalogue.drift(12);
      const run = (connection: Connection) => whatChanged(connection, now() - 60_000);
      return { provider: sandbox, connect: connectTo(sandbox), run, expected };
    },
  },
  {
    name: "an order that becomes two",
    match: "POST /v1/graphql",
    repeatable: false,
    async start({ now }): Promise<FaultyWork> {
      const sandbox = await startOwnerclan({ now });
      const check = () => {
        if (sandbox.orders.all.length !== 2) throw new Error(`There are ${sandbox.orders.all.length} orders`);
      };
      return { provider: sandbox, connect: connectTo(sandbox), run: placeOnce, expected: ["a", "b"], check };
    },
  },
]);
