// Answers as they came, for the OpenAPI document.

const money = (amount: string) => ({ amount, currency: "USD" });
const none = money("0.00");
const productId = "prd_01M7ZCZGP5ZCZQ82YV8Y32639V";

const shippingAddress = {
  street: "123 Main St",
  city: "Anytown",
  state: "CA",
  postalCode: "12345",
  country: "US",
};

const line = { id: "1", productId, sku: "TSHIRT-RED-M", title: "T-shirt, red, M", quantity: 2 };

const order = {
  id: "ord_01M7ZCZGXZ3G809X7FJES7TV17",
  version: 1,
  createdAt: "2026-11-16T09:30:00.000Z",
  updatedAt: "2026-11-16T09:30:00.000Z",
  orderNumber: "261116-JES7TV17",
  channel: "shop",
  status: "pending",
  currency: "USD",
  lines: [
    {
      ...line,
      unitPrice: money("15.00"),
      total: money("30.00"),
      open: 2,
      reserved: [{ productId, locationId: "loc_main", quantity: 2 }],
      fulfilled: 0,
      cancelled: 0,
      returned: 0,
    },
  ],
  shipping: none,
  tax: none,
  discount: none,
  total: money("30.00"),
  paid: none,
  refunded: none,
  payments: [],
  refunds: [],
  fulfilments: [],
  returns: [],
  shippingAddress,
  paymentMethod: "credit_card",
  affectsStock: true,
  placedAt: "2026-11-16T09:30:00.000Z",
  createdBy: "key_01M7ZCZGNRVRDY1XYBTS3YXCGJ",
};

export const placeExample = {
  body: {
    channel: "shop",
    lines: [{ productId, quantity: 2, unitPrice: money("15.00") }],
    shippingAddress,
    paymentMethod: "credit_card",
  },
  answer: order,
};

export const cancelledExample = {
  ...order,
  version: 2,
  updatedAt: "2026-11-21T09:30:00.000Z",
  status: "cancelled",
  lines: order.lines.map((one) => ({ ...one, open: 0, reserved: [], cancelled: 2 })),
  message: "Order cancelled successfully",
};

export const stuckExample = {
  items: [
    {
      id: order.id,
      orderNumber: order.orderNumber,
      channel: "shop",
      status: "pending",
      total: money("30.00"),
      placedAt: order.placedAt,
      reasons: [
        {
          code: "UNPAID",
          message: "30.00 USD is due since 2026-11-16 (5 days)",
          advice: "Record the payment when it has come (pay), or cancel the order, which gives 2 units back",
        },
      ],
    },
  ],
};

export const historyExample = {
  items: [
    {
      version: 1,
      at: "2026-11-16T09:30:00.000Z",
      actor: { kind: "apiKey", id: "key_01M7ZCZGNRVRDY1XYBTS3YXCGJ" },
      action: "place",
      to: "pending",
    },
    {
      version: 2,
      at: "2026-11-21T09:30:00.000Z",
      actor: { kind: "apiKey", id: "key_01M7ZCZGNRVRDY1XYBTS3YXCGJ" },
      action: "cancel",
      from: "pending",
      to: "cancelled",
      details: { released: [{ productId, locationId: "loc_main", quantity: 2 }] },
    },
  ],
};
