type Example = readonly [description: string, data: Record<string, unknown>];

const usd = (amount: string) => ({ amount, currency: "USD" });
const product = "prd_01KAKQ3SJ0E8XQ8V6ZP1M4T7WB";
const location = "loc_01KAKQ2M4Y3C8J5T9W6R1N7D0F";
const order = { id: "ord_01KAKQ5V7B2H9G4M8S3X6Z1P0C", channel: "shop" };
const batch = { id: "imp_01KAKQ7D3W5N8R2Y6T9J4H1M0K", kind: "products" };
const counts = { accepted: 98, rejected: 2, unchanged: 0 };
const sync = { id: "syn_01KAKQ8F6P1X4Z7C0V3B9N5M2S", kind: "feed" };
const listing = { id: "lst_01KAKQ9H2T5R8W1Y4M7D0G3J6N", productId: product };
const onChannel = { ...listing, platformType: "shop", platformSku: "MOUSE-001" };
const delivery = { id: "dlv_01KAKQAK4X7Z0B3F6H9N2R5T8W", productId: product };
const made = { id: "bat_01KAKQBM6Y9C2G5J8P1S4V7X0Z", productId: product };
const match = {
  matchId: "mat_01KAKQCP8B1D4F7H0K3M6R9T2W",
  orderId: order.id,
  purchaseId: "pur_01KAKQDR0E3G6J9N2Q5T8W1Y4B",
};

const account = { accountId: "acc_01KAKQWS0P3U6X9Z2B5D8F1H4J", provider: "ebay" };
const task = {
  channelTaskId: "cht_01KAKQW2C5F8H1K4N7Q0S3V6X9",
  kind: "fulfilment",
  channel: "ebay",
  orderId: order.id,
  reason: "DEPENDENCY_UNAVAILABLE",
};
const user = "usr_01KAKQRN2E5H8K1M4P7S0V3X6Z";
const address = "198.51.100.7";
const session = { sessionId: "ses_01KAKQSP4G7K0M3P6R9T2W5Y8A" };
const invitation = { invitationId: "inv_01KAKQTQ6J9M2P5R8T1W4Y7A0C" };
const role = { roleId: "rol_01KAKQVR8M1P4S7V0X3Z6B9D2F", name: "Warehouse", permissions: ["inventory.adjust"] };

const purchaseOrder = { id: "por_01KAKQXT2R5W8Z1B4D7F0H3K6M", supplierId: "sup_01KAKQXV4T7Y0B3D6F9J2M5P8R" };
const purchaseStep = (status: string, from: string) => ({ ...purchaseOrder, status, from });
const orderStep = (status: string, from: string) => ({ ...order, status, from });

const left = (status: string) => ({
  ...orderStep(status, "allocated"),
  fulfilmentId: "ful_01KAKQ5X9D4J1K6P0V5Z8B3R2E",
});

/** What happened, and `data` as it comes with it, by type. */
export const EVENT_EXAMPLES: Readonly<Record<string, Example>> = {
  "product.created": ["A product was added", { id: product, sku: "MOUSE-001" }],
  "product.updated": [
    "A product was changed",
    { id: product, sku: "MOUSE-001", fields: ["price"], changes: { price: [usd("12.00"), usd("13.00")] } },
  ],
  "product.activated": ["A product went on sale", { id: product, sku: "MOUSE-001", from: "draft" }],
  "product.archived": ["A product was put away", { id: product, sku: "MOUSE-001", from: "active" }],
  "product.restored": ["A product is a draft again", { id: product, sku: "MOUSE-001", from: "archived" }],
  "products.imported": [
    "An import or a feed wrote products",
    { source: batch.id, created: [product], updated: ["prd_01KAKQ3SJ1T7B4N9C2X5V8M0DF"] },
  ],

  "order.placed": ["An order was placed, or split off another", { ...order, status: "pending" }],
  "order.recorded": ["An order of a channel or of a file was taken in", { ...order, status: "paid" }],
  "order.updated": ["An order's details were changed", orderStep("pending", "pending")],
  "order.reserved": ["Stock was set aside for an order", orderStep("reserved", "pending")],
  "order.partlyPaid": ["Part of an order was paid", orderStep("reserved", "reserved")],
  "order.paid": ["An order is paid", orderStep("paid", "reserved")],
  "order.paymentFailed": ["A payment of an order did not go through", orderStep("pending", "pending")],
  "order.paymentDisputed": ["The buyer disputes a payment of an order", orderStep("fulfilled", "fulfilled")],
  "order.disputeClosed": ["A dispute about a payment of an order is over", orderStep("fulfilled", "fulfilled")],
  "order.moneyDiffers": [
    "Money came in or went back that the order's state does not allow",
    orderStep("cancelled", "cancelled"),
  ],
  "order.moneySettled": ["Money that did not belong to an order has gone back", orderStep("cancelled", "cancelled")],
  "order.submitted": ["An order was handed to whoever fulfils it", orderStep("submitted", "paid")],
  "order.allocated": ["An order was given its lots", orderStep("allocated", "paid")],
  "order.split": ["Part of an order became an order of its own", orderStep("paid", "paid")],
  "order.partlyFulfilled": ["Part of an order has left", left("partlyFulfilled")],
  "order.fulfilled": ["All of an order has left", left("fulfilled")],
  "order.delivered": ["An order has arrived", orderStep("delivered", "fulfilled")],
  "order.cancelled": ["An order was cancelled, or not paid in time", orderStep("cancelled", "reserved")],
  "order.partlyReturned": ["Part of an order came back", orderStep("partlyReturned", "delivered")],
  "order.returned": ["All of an order came back", orderStep("returned", "delivered")],
  "order.partlyRefunded": ["Part of an order's money was given back", orderStep("returned", "returned")],
  "order.refunded": ["All of an order's money was given back", orderStep("refunded", "returned")],
  "order.takenBack": ["An imported order was taken back", orderStep("cancelled", "fulfilled")],
  "order.channelUpdated": ["A channel told something new of an order", orderStep("fulfilled", "paid")],

  "order.buyerErased": ["What an order said of its buyer was erased", orderStep("delivered", "delivered")],

  "privacy.requested": [
    "Somebody wants to have their data, or to be forgotten",
    { id: "pvr_01KAKQWS9N2Q5T8W1Y4A7C0E3G", kind: "erasure", cause: "shopify" },
  ],
  "privacy.exported": ["Somebody's data was handed out", { id: "pvr_01KAKQWS9N2Q5T8W1Y4A7C0E3G" }],
  "privacy.done": [
    "A request about somebody's data is done",
    { id: "pvr_01KAKQWS9N2Q5T8W1Y4A7C0E3G", kind: "erasure", cause: "shopify", ordersErased: 3 },
  ],

  "order.bought": ["Units of an order are bought at a supplier, who sends them", orderStep("paid", "paid")],
  "order.notBought": ["What was bought for an order will not come", orderStep("paid", "paid")],

  "purchaseOrder.created": ["A purchase order was drafted", { ...purchaseOrder, status: "draft" }],
  "purchaseOrder.quoteAsked": ["A supplier is asked what it would cost", purchaseStep("quoting", "draft")],
  "purchaseOrder.quoted": ["A supplier said what it would cost", purchaseStep("quoted", "quoting")],
  "purchaseOrder.submitted": ["A purchase order is on its way to the supplier", purchaseStep("submitting", "quoted")],
  "purchaseOrder.placed": ["A supplier has the purchase order", purchaseStep("placed", "submitting")],
  "purchaseOrder.partlyShipped": ["A supplier has sent some of it", purchaseStep("partlyShipped", "placed")],
  "purchaseOrder.shipped": ["A supplier has sent all of it", purchaseStep("shipped", "partlyShipped")],
  "purchaseOrder.partlyReceived": ["Some of it came", purchaseStep("partlyReceived", "shipped")],
  "purchaseOrder.received": ["All of it that will come has come", purchaseStep("received", "partlyReceived")],
  "purchaseOrder.cancelAsked": ["A supplier is asked to cancel it", purchaseStep("cancelling", "placed")],
  "purchaseOrder.cancelled": ["Nothing will come of it", purchaseStep("cancelled", "cancelling")],
  "purchaseOrder.failed": ["It could not be ordered, and somebody has to look", purchaseStep("failed", "submitting")],
  "purchaseOrder.needsAttention": [
    "Somebody has to look at a purchase order: `code` says why",
    { ...purchaseStep("failed", "submitting"), code: "QUOTE_TOO_HIGH" },
  ],

  "billing.subscriptionChanged": [
    "The organisation's own subscription was made, changed or ended",
    {
      subscriptionId: "sub_1R2s3T4u5V6w7X8y",
      plan: "pro",
      status: "active",
      currentPeriodEnd: "2026-12-21T12:00:00.000Z",
      cancelAtPeriodEnd: false,
    },
  ],
  "billing.trialEnding": [
    "The trial of the organisation's own subscription ends in three days",
    { subscriptionId: "sub_1R2s3T4u5V6w7X8y", plan: "pro", status: "trialing", trialEnd: "2026-11-24T12:00:00.000Z" },
  ],
  "billing.paymentFailed": [
    "An invoice of the organisation's own subscription could not be paid, or somebody must confirm the payment",
    {
      invoiceId: "in_1R2s3T4u5V6w7X8y",
      due: { amount: "99.00", currency: "USD" },
      hostedUrl: "https://invoice.stripe.com/i/acct_1/live_1",
      isActionRequired: false,
    },
  ],

  "stock.adjusted": [
    "Stock was changed by hand",
    {
      adjustmentId: "adj_01KAKQ6X9D4K7N0Q3T6W9Z2C5F",
      productId: product,
      locationId: location,
      changeType: "restock",
      quantity: 12,
    },
  ],
  "stock.counted": [
    "A line of a count was applied",
    {
      countId: "cnt_01KAKQET2H5K8P1R4V7Y0C3F6J",
      productId: product,
      locationId: location,
      counted: 11,
      difference: -1,
    },
  ],
  "stock.transferred": [
    "Stock went from one location to another",
    {
      transferId: "trf_01KAKQFV4J7M0R3T6X9B2D5G8K",
      fromLocationId: location,
      toLocationId: "loc_01KAKQ2M4Z8F1H4K7P0S3V6Y9C",
    },
  ],
  "stock.expired": [
    "A lot's last day is past, and it was taken off sale",
    {
      productId: product,
      locationId: location,
      lotId: "lot_01KAKQGX6M9P2T5W8Z1C4F7H0K",
      expirationDate: "2026-11-30",
    },
  ],
  "count.created": ["A count of a location was begun", { id: "cnt_01KAKQET2H5K8P1R4V7Y0C3F6J", lines: 240 }],
  "count.finished": [
    "A count was applied",
    { id: "cnt_01KAKQET2H5K8P1R4V7Y0C3F6J", matched: 231, corrected: 8, refused: 1 },
  ],
  "reservation.created": ["Stock was set aside", { reservationId: "rsv_01KAKQHZ8P1R4V7Y0B3D6G9K2M" }],
  "reservation.released": ["A reservation was given up", { reservationId: "rsv_01KAKQHZ8P1R4V7Y0B3D6G9K2M" }],
  "reservation.expired": ["A reservation's time was over", { reservationId: "rsv_01KAKQHZ8P1R4V7Y0B3D6G9K2M" }],
  "reorderRule.set": ["What to keep of a product was set", { productId: product, locationId: location }],
  "reorderRule.removed": ["What to keep of a product was removed", { productId: product, locationId: location }],
  "delivery.expected": ["A delivery was noted as expected", { ...delivery, locationId: location, quantity: 24 }],
  "delivery.received": [
    "A delivery came in, or part of it",
    { ...delivery, locationId: location, quantity: 24, status: "received" },
  ],
  "delivery.cancelled": ["A delivery will not come", delivery],
  "bundle.set": [
    "A product is a bundle of others",
    { productId: product, components: [{ productId: product, quantity: 2 }] },
  ],
  "bundle.removed": ["A product is no bundle any more", { productId: product }],

  "recipe.created": ["A recipe was added", { id: "rcp_01KAKQJB0R3T6X9Z2C5F8H1K4N", productId: product }],
  "recipe.updated": ["A recipe was changed", { id: "rcp_01KAKQJB0R3T6X9Z2C5F8H1K4N", fields: ["lines"] }],
  "batch.planned": ["A batch was planned", { id: made.id, recipeId: "rcp_01KAKQJB0R3T6X9Z2C5F8H1K4N", runs: 3 }],
  "batch.started": ["A batch was started", { ...made, status: "started" }],
  "batch.finished": ["A batch was finished", { ...made, status: "finished" }],
  "batch.cancelled": ["A batch was cancelled", { ...made, status: "cancelled" }],

  "listing.created": ["A product was listed on a channel, as a draft", onChannel],
  "listing.updated": ["A listing was changed", { id: listing.id, fields: ["buffer"], changes: { buffer: [0, 2] } }],
  "listing.publishing": ["A listing is to be published", { id: listing.id, from: "draft" }],
  "listing.published": ["A channel shows a listing", onChannel],
  "listing.failed": ["A channel refused a listing", { ...onChannel, reason: "CONNECTOR_FAULT" }],
  "listing.paused": ["A listing shows none for a while", { id: listing.id, from: "active" }],
  "listing.resumed": ["A paused listing shows its quantity again", { id: listing.id, from: "paused" }],
  "listing.ended": ["A listing is to end", { id: listing.id, from: "active" }],
  "listing.closed": ["A channel knows that a listing has ended", onChannel],
  "listing.presaleMarked": [
    "A listing became a presale",
    { id: listing.id, availableFrom: "2027-03-01T00:00:00.000Z", quantity: 10 },
  ],
  "listing.presaleUnmarked": ["A listing is no presale any more", { id: listing.id }],
  "listing.presaleArrived": ["A presale's goods are in stock", listing],

  "import.queued": ["An import was queued", batch],
  "import.succeeded": ["An import is done; some rows may be refused", { ...batch, ...counts }],
  "import.failed": ["An import was given up", { ...batch, ...counts }],
  "sync.queued": ["A supplier's feed is to be read", { id: sync.id, supplierId: "sup_01KAKQKD2T5W8Y1B4D7G0J3M6P" }],
  "sync.succeeded": ["A supplier's feed was read", { ...sync, ...counts }],
  "sync.failed": ["A supplier's feed could not be read", { ...sync, ...counts }],
  "supplier.created": ["A supplier was added", { id: "sup_01KAKQKD2T5W8Y1B4D7G0J3M6P", name: "Demo Wholesale" }],
  "supplier.updated": [
    "A supplier was changed",
    {
      id: "sup_01KAKQKD2T5W8Y1B4D7G0J3M6P",
      name: "Demo Wholesale",
      fields: ["name"],
      changes: { name: ["Demo Trade", "Demo Wholesale"] },
    },
  ],
  "offers.changed": [
    "A supplier's offers changed",
    { supplierId: "sup_01KAKQKD2T5W8Y1B4D7G0J3M6P", syncId: sync.id, externalIds: ["A-100", "A-101"] },
  ],

  "sale.recorded": ["The books have a sale", { orderId: order.id }],
  "sale.unitsReturned": [
    "Sold units are not sold any more",
    {
      orderId: order.id,
      causeId: "ret_01KAKQMF4W7Z0C3E6H9K2N5R8T",
      lines: [{ lineId: "1", quantity: 1 }],
    },
  ],
  "purchase.recorded": ["The books have a purchase", { purchaseId: match.purchaseId }],
  "match.made": ["A sale and a purchase were matched", match],
  "match.undone": ["A match was undone", match],

  "account.connected": ["An account at a supplier or a channel was connected", { ...account, name: "Main account" }],
  "account.changed": [
    "An account was changed",
    { ...account, fields: ["name"], changes: { name: ["Main account", "Second account"] } },
  ],
  "account.authorized": ["An account's owner consented", account],
  "account.authorizationLost": [
    "A provider does not take what an account signs in with any more: somebody must authorize it anew",
    { ...account, reason: "ebay: it refuses the credentials with 400 invalid_grant" },
  ],
  "account.disconnected": ["An account was disconnected, and its credentials were destroyed", account],
  "account.ordersSyncChanged": [
    "An account's orders are read otherwise, or not any more",
    { ...account, isOn: true, everyMinutes: 5, affectsStock: true },
  ],
  "channelTask.failed": ["A channel did not take what it was told, or an order of it could not be read", task],
  "channelTask.retried": ["Somebody asked for it once more", task],

  "apiKey.created": [
    "An API key was made",
    { apiKeyId: "key_01KAKQNH6Y9B2E5G8K1N4Q7S0V", permissions: ["catalog.read"] },
  ],
  "apiKey.revoked": ["An API key was revoked", { apiKeyId: "key_01KAKQNH6Y9B2E5G8K1N4Q7S0V" }],
  "apiKey.rotated": [
    "An API key was given a new secret",
    { apiKeyId: "key_01KAKQNH6Y9B2E5G8K1N4Q7S0V", overlapEndsAt: "2026-11-22T12:00:00.000Z" },
  ],
  "organization.created": ["The organisation was made", { name: "Han River Sneakers", currency: "USD" }],
  "invitation.created": ["Somebody was invited", { ...invitation, email: "min@example.com", role: "member" }],
  "invitation.revoked": ["An invitation was taken back", { ...invitation, email: "min@example.com" }],
  "member.joined": ["Somebody joined", { userId: user, role: "member" }],
  "member.roleChanged": ["A member was given another role", { userId: user, from: "member", to: "admin" }],
  "member.removed": ["A member was removed, or left", { userId: user, role: "member" }],
  "role.created": ["A role was made", role],
  "role.changed": ["A role was changed", { ...role, changes: { permissions: [[], role.permissions] } }],
  "role.deleted": ["A role was removed", { roleId: role.roleId }],
  "user.registered": ["A member registered", { userId: user, method: "password" }],
  "user.renamed": ["A member changed their name", { userId: user }],
  "user.erased": ["A member's account was erased", { userId: user }],
  "user.unlinked": ["A member cannot sign in with a provider any more", { userId: user, provider: "google" }],
  "user.linked": ["A member can sign in with a provider", { userId: user, provider: "google" }],
  "password.changed": ["A member changed their password", { userId: user }],
  "password.changeRefused": ["A change of password came with a wrong one", { userId: user }],
  "password.resetRequested": ["A link to set a new password was asked for", { userId: user, address }],
  "password.reset": ["A member set a new password by a link", { userId: user }],
  "session.started": ["A member signed in", { method: "password", address }],
  "session.refused": ["A sign-in as a member was refused", { method: "password", userId: user, address }],
  "session.switched": [
    "A member went on to another organisation",
    { ...session, to: "org_01KAKQQM0C3F6H9K2M5Q8T1V4X" },
  ],
  "session.ended": ["A session was ended", { ...session, userId: user }],
  "webhookEvent.assigned": [
    "Whoever runs the instance said that an event of its Stripe account is the organisation's",
    { eventId: "whe_01KAKQXT0P3R6V9X2Z5B8D1F4H", eventType: "charge.refunded", by: "operator" },
  ],
  "webhookEndpoint.created": ["A webhook endpoint was added", { endpointId: "wep_01KAKQPK8A1D4F7H0K3N6R9T2V" }],
  "webhookEndpoint.updated": [
    "A webhook endpoint was changed",
    {
      endpointId: "wep_01KAKQPK8A1D4F7H0K3N6R9T2V",
      fields: ["ordering"],
      changes: { ordering: [false, true] },
    },
  ],
  "webhookEndpoint.disabled": [
    "A webhook endpoint gets nothing any more: by hand, gone (410), or nothing but failures for five days",
    { endpointId: "wep_01KAKQPK8A1D4F7H0K3N6R9T2V", reason: "failing" },
  ],
  "webhookEndpoint.deleted": ["A webhook endpoint was removed", { endpointId: "wep_01KAKQPK8A1D4F7H0K3N6R9T2V" }],
};
