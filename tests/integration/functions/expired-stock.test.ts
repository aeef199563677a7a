import { expect, inject, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { createContext } from "../../../core/platform/context.ts";
import { handler } from "../../../functions/schedules/expired-stock.ts";
import { createResources } from "../../../functions/resources.ts";
import { clientEnvironment, createClients } from "../../../local/clients.ts";
import { resourceEnvironment, resourceNames } from "../../../local/names.ts";
import { ensureResources } from "../../../local/resources/index.ts";
import { expectBalanced } from "../../support/balanced.ts";
import { testActor } from "../../support/context.ts";
import { stocked, usd } from "../../support/stock.ts";

/** The function sweeps every organisation by the real clock, so it gets a table where no other test's stock is. */
async function inTheFunction(): Promise<Record<string, string>> {
  const { endpoints, external } = inject("cloud");
  const clients = createClients(endpoints, external);
  try {
    const names = resourceNames(`stockwright-test-expired-${process.pid}`);
    const resources = await ensureResources(clients, names, { endpoints, external });
    const secrets = { ENVIRONMENT: "test", LOG_LEVEL: "ERROR", SECRET_KEY: "a-secret-of-the-tests-only-0123456789" };
    const environment = { ...clientEnvironment(endpoints, external), ...resourceEnvironment(resources), ...secrets };
    Object.assign(process.env, environment);
    return environment;
  } finally {
    clients.close();
  }
}

it("the schedule gives back what was held for long enough and takes expired lots off sale, in every organisation", async () => {
  const environment = await inTheFunction();
  const twoDaysAgo = Date.now() - 2 * 24 * 3600 * 1000;
  const resources = createResources(environment, { now: () => twoDaysAgo });
  const shops = [testActor(), testActor()].map((actor) => createContext(resources, { actor, requestId: "req_test" }));
  const made = await Promise.all(
    shops.map(async (ctx) => {
      const { id: productId } = await stocked(ctx, "A", 3);
      const expirationDate = new Date(twoDaysAgo).toISOString().slice(0, 10);
      const lot = { changeType: "restock", quantity: 4, expirationDate, unitCost: usd("1.00") };
      await Inventory.adjust(ctx, { productId, input: lot });
      const reservation = await Inventory.createReservation(ctx, { lines: [{ productId, quantity: 2 }] });
      return { ctx, productId, reservation };
    }),
  );
  await handler();
  await handler();
  for (const { ctx, productId, reservation } of made) {
    expect(await Inventory.getReservation(ctx, reservation.id)).toMatchObject({ status: "expired", version: 2 });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({
      onHand: 7,
      reserved: 0,
      blocked: 4,
      available: 3,
    });
    await expectBalanced(ctx, productId);
  }
});
