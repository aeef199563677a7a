import fc from "fast-check";
import { expect } from "vitest";
import { isMarketplace } from "../../core/orders/channels/names.ts";
import * as Orders from "../../core/orders/index.ts";
import { at, type Command, command, nth } from "./shop-command.ts";
import {
  attempt,
  expectSameOrder,
  type Model,
  type ModelLine,
  type ModelOrder,
  move,
  openOf,
  type Real,
  sellable,
} from "./shop-model.ts";

/** What one unit of each thing that is sold is: two products, and a set of one and two of them. */
const SOLD = [
  [1, 0],
  [0, 1],
  [1, 2],
];
const order = fc
  .record({
    channel: fc.constantFrom("shop", "ebay"),
    lines: fc.array(fc.record({ what: fc.nat({ max: 2 }), q: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ channel, lines }) =>
    command(`place(${channel}: ${lines.map(({ what, q }) => `${what} × ${q}`).join(", ")})`, async (model, real) => {
      const wanted = [0, 1].map((p) => lines.reduce((sum, { what, q }) => sum + (SOLD[what]?.[p] ?? 0) * q, 0));
      const there = await sellable(real, isMarketplace(channel));
      const sold = lines.map(({ what, q }) => ({ sku: at(real.skus, what), quantity: q }));
      const result = await attempt(() => Orders.placeOrder(real.ctx, { channel, lines: sold }));
      // One at a time there is no race: whoever is refused was short of something, and whoever was short is refused.
      expect("done" in result, `wanted ${wanted.join()}, there were ${there.join()}`).toBe(
        wanted.every((quantity, p) => quantity <= (there[p] ?? 0)),
      );
      if ("refused" in result) return;
      model.orders.push({
        id: result.done.order.id,
        lines: lines.map(({ what, q }, index): ModelLine => {
          const none = { fulfilled: 0, returned: 0, cancelled: 0 };
          return { id: String(index + 1), perUnit: SOLD[what] ?? [], quantity: q, ...none };
        }),
      });
      for (const [p, quantity] of wanted.entries()) move(model, p, { reserved: quantity });
    }),
  );

/** One step of an order that there is. */
function step(
  name: string,
  take: (real: Real, known: ModelOrder) => Promise<Orders.Order>,
  then: (model: Model, known: ModelOrder) => void,
) {
  return nth.map((n) =>
    command(
      `${name}(order ${n})`,
      async (model, real) => {
        const known = at(model.orders, n);
        const result = await attempt(() => take(real, known));
        if ("done" in result) then(model, known);
        await expectSameOrder(real, known);
      },
      ({ orders }) => orders.length > 0,
    ),
  );
}

const eachUnit = (model: Model, line: ModelLine, quantity: number, change: (units: number) => object) => {
  for (const [p, perUnit] of line.perUnit.entries()) move(model, p, change(perUnit * quantity));
};

const pay = step(
  "pay",
  ({ ctx }, { id }) => Orders.payOrder(ctx, { id }),
  () => {},
);
const allocate = step(
  "allocate",
  ({ ctx }, { id }) => Orders.allocateOrder(ctx, { id }),
  () => {},
);
const cancel = step(
  "cancel",
  ({ ctx }, { id }) => Orders.cancelOrder(ctx, { id }),
  (model, { lines }) => {
    for (const line of lines) {
      const open = openOf(line);
      eachUnit(model, line, open, (quantity) => ({ reserved: -quantity }));
      line.cancelled += open;
    }
  },
);
const fulfil = step(
  "fulfil",
  ({ ctx }, { id }) => Orders.fulfilOrder(ctx, { id }),
  (model, { lines }) => {
    for (const line of lines) {
      const open = openOf(line);
      eachUnit(model, line, open, (quantity) => ({ onHand: -quantity, reserved: -quantity }));
      line.fulfilled += open;
    }
  },
);
const fulfilOne = step(
  "fulfilOne",
  ({ ctx }, { id }) => Orders.fulfilOrder(ctx, { id, input: { lines: [{ lineId: "1", quantity: 1 }] } }),
  (model, { lines: [line] }) => {
    if (!line) return;
    eachUnit(model, line, 1, (quantity) => ({ onHand: -quantity, reserved: -quantity }));
    line.fulfilled++;
  },
);
const takeBack = (disposition: "restock" | "writeOff") =>
  step(
    disposition === "restock" ? "returnOne" : "returnOneBroken",
    ({ ctx }, { id }) => Orders.returnOrder(ctx, { id, input: { lines: [{ lineId: "1", quantity: 1, disposition }] } }),
    (model, { lines: [line] }) => {
      if (!line) return;
      line.returned++;
      if (disposition === "restock") eachUnit(model, line, 1, (quantity) => ({ onHand: quantity }));
    },
  );
const returnAll = step(
  "return",
  ({ ctx }, { id }) => Orders.returnOrder(ctx, { id }),
  (model, { lines }) => {
    for (const line of lines) {
      const out = line.fulfilled - line.returned;
      eachUnit(model, line, out, (quantity) => ({ onHand: quantity }));
      line.returned += out;
    }
  },
);
const refund = step(
  "refund",
  ({ ctx }, { id }) => Orders.refundOrder(ctx, { id }),
  () => {},
);

/** What happens to most orders; by itself each step would seldom meet the one before it. */
const send = step(
  "payAndFulfil",
  async ({ ctx }, { id }) => {
    await attempt(() => Orders.payOrder(ctx, { id }));
    return Orders.fulfilOrder(ctx, { id });
  },
  (model, { lines }) => {
    for (const line of lines) {
      const open = openOf(line);
      eachUnit(model, line, open, (quantity) => ({ onHand: -quantity, reserved: -quantity }));
      line.fulfilled += open;
    }
  },
);

/** Everything that can be done with orders, what does most coming up most. */
export const ORDER_COMMANDS: fc.Arbitrary<Command>[] = [
  order,
  order,
  order,
  order,
  pay,
  pay,
  send,
  send,
  fulfil,
  fulfilOne,
  fulfilOne,
  cancel,
  takeBack("restock"),
  takeBack("restock"),
  takeBack("writeOff"),
  returnAll,
  refund,
  allocate,
];
