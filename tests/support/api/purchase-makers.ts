import { fresh, make, product, type Shop, stocked, supplier, usd } from "./makers.ts";

const idOf = async (made: Promise<{ id: string }>) => (await made).id;

/** Sealed, and never used: nothing is sent for it here. */
const account = (shop: Shop) =>
  idOf(
    make(shop, "/v1/accounts", {
      provider: "ownerclan",
      name: fresh(shop),
      credentials: { username: "demo-seller", password: fresh(shop) },
    }),
  );

export type PurchaseState = "draft" | "connected" | "byHand";

/** A draft, one with an account by which it is ordered, or one that was ordered by hand. */
export async function purchaseOrder(shop: Shop, state: PurchaseState = "draft"): Promise<string> {
  const lines = [{ externalId: fresh(shop), productId: await product(shop), quantity: 5, unitCost: usd("4.00") }];
  const accountId = state === "connected" ? { accountId: await account(shop) } : {};
  const body = { supplierId: await supplier(shop), lines, notes: fresh(shop), ...accountId };
  const { id } = await make(shop, "/v1/purchase-orders", body);
  if (state === "byHand") await make(shop, `/v1/purchase-orders/${id}/submit`, { supplierReference: fresh(shop) });
  return id;
}

/** An order that says where it goes, and is paid. */
export async function addressedOrder(shop: Shop): Promise<string> {
  const { id } = await make(shop, "/v1/orders", {
    channel: "shop",
    lines: [{ productId: await stocked(shop), quantity: 2, unitPrice: usd("15.00") }],
    shippingAddress: { name: "Demo buyer", street: "1 Demo Street", city: "Seoul", country: "KR" },
    notes: fresh(shop),
  });
  await make(shop, `/v1/orders/${id}/pay`, {});
  return id;
}

/** A supplier of something of which too little is there. */
export async function shortSupplier(shop: Shop): Promise<string> {
  const [productId, supplierId] = [await stocked(shop, 2), await supplier(shop)];
  await shop.request("PUT", `/v1/inventory/${productId}/reorder-rule`, {
    body: { minimum: 10, leadTimeDays: 7, supplierId },
    expected: 200,
  });
  return supplierId;
}
