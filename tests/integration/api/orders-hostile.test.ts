import * as Orders from "../../../core/orders/index.ts";
import type { Harness } from "../../support/harness.ts";
import { type Battery, type GoodRequest, hostileBattery } from "../../support/hostile.ts";
import { stocked } from "../../support/stock.ts";

type Ready = (api: Harness, id: string) => Promise<unknown>;

const lines = [{ sku: "A", quantity: 2 }];

async function placed(api: Harness, changes: Record<string, unknown> = {}): Promise<string> {
  await stocked(api.ctx, "A", 5);
  return (await Orders.placeOrder(api.ctx, { channel: "shop", lines, ...changes })).order.id;
}

const paid: Ready = ({ ctx }, id) => Orders.payOrder(ctx, { id });
const sent: Ready = async (api, id) => {
  await paid(api, id);
  await Orders.fulfilOrder(api.ctx, { id });
};
const cancelled: Ready = async (api, id) => {
  await paid(api, id);
  await Orders.cancelOrder(api.ctx, { id });
};

/** The steps of an order, what each needs to have been done before, and a body that is good. */
const STEPS: { name: string; body: Record<string, unknown>; before?: Ready; isDraft?: true }[] = [
  { name: "submit", body: {}, isDraft: true },
  { name: "pay", body: { method: "card" } },
  { name: "allocate", body: {}, before: paid },
  { name: "fulfil", body: { lines: [{ lineId: "1", quantity: 1 }] }, before: paid },
  { name: "deliver", body: {}, before: sent },
  { name: "cancel", body: { reason: "No more needed" } },
  { name: "return", body: { lines: [{ lineId: "1", quantity: 1 }] }, before: sent },
  { name: "refund", body: { amount: { amount: "1.00", currency: "USD" } }, before: cancelled },
];

const write: Pick<Battery, "permission"> = { permission: "orders.write" };
const read: Pick<Battery, "permission"> = { permission: "orders.read" };

for (const { name, body, before, isDraft } of STEPS) {
  hostileBattery(`POST /v1/orders/{id}/${name}`, {
    ...write,
    hasId: true,
    hasBody: "optional",
    repeatable: true,
    prepare: async (api): Promise<GoodRequest> => {
      const id = await placed(api, isDraft ? { draft: true } : {});
      await before?.(api, id);
      return { method: "POST", path: `/v1/orders/${id}/${name}`, body, status: 200 };
    },
  });
}

hostileBattery("POST /v1/orders", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    await stocked(api.ctx, "A", 50);
    return { method: "POST", path: "/v1/orders", body: { channel: "shop", lines }, status: 201 };
  },
});

hostileBattery("POST /v1/orders/{id}/split", {
  ...write,
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    const id = await placed(api, {
      lines: ["letter", "parcel"].map((shippingType) => ({ sku: "A", quantity: 1, shippingType })),
    });
    return { method: "POST", path: `/v1/orders/${id}/split`, body: { by: "shippingType" }, status: 200 };
  },
});

hostileBattery("PATCH /v1/orders/{id}", {
  ...write,
  hasId: true,
  hasBody: true,
  prepare: async (api) => {
    const path = `/v1/orders/${await placed(api)}`;
    return { method: "PATCH", path, body: { notes: "Ring twice" }, status: 200 };
  },
});

for (const end of ["", "/history"]) {
  hostileBattery(`GET /v1/orders/{id}${end}`, {
    ...read,
    hasId: true,
    prepare: async (api) => ({ method: "GET", path: `/v1/orders/${await placed(api)}${end}`, status: 200 }),
  });
}

for (const path of ["/v1/orders", "/v1/orders/stuck"]) {
  hostileBattery(`GET ${path}`, { ...read, prepare: async () => ({ method: "GET", path, status: 200 }) });
}
