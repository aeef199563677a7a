import { describe, expect, test } from "vitest";
import { AppError } from "../../../core/platform/errors.ts";
import { statusByLines } from "../../../core/orders/order.ts";
import { ORDER_STATUSES, type OrderStatus } from "../../../core/orders/status.ts";
import { ORDER_ACTIONS, type OrderAction, requireAllowed, TRANSITIONS } from "../../../core/orders/transitions.ts";
import { lineOf } from "./orders.ts";

/** What may be done when: a second account of the table, for whoever changes the first one by mistake. */
const ALLOWED: Record<OrderStatus, OrderAction[]> = {
  draft: ["submit", "cancel", "update", "split"],
  pending: ["pay", "cancel", "update", "split"],
  paid: ["allocate", "fulfil", "cancel", "refund", "update", "split"],
  allocated: ["fulfil", "cancel", "refund", "update", "split"],
  partiallyFulfilled: ["allocate", "fulfil", "cancel", "return", "refund"],
  fulfilled: ["deliver", "return", "refund"],
  delivered: ["return", "refund"],
  partiallyReturned: ["return", "refund"],
  returned: ["refund"],
  cancelled: ["refund"],
  refunded: [],
};

const cases = ORDER_STATUSES.flatMap((status) => ORDER_ACTIONS.map((action) => ({ status, action })));

describe("the states of an order", () => {
  test.each(cases)(
    "$action of an order that is $status is allowed, or refused with the reason",
    ({ status, action }) => {
      let error: unknown;
      try {
        requireAllowed(action, { id: "ord_1", status });
      } catch (caught) {
        error = caught;
      }
      if (ALLOWED[status].includes(action)) return expect(error).toBeUndefined();
      if (!(error instanceof AppError)) throw new Error("It was allowed");
      expect(error.code).toBe("STATE_CONFLICT");
      expect(error.message).toMatch(/^Unable to .+: it is \w+, and must be \w+/);
      expect(error.details).toEqual({ id: "ord_1", status, reasons: [expect.stringContaining(`it is ${status}`)] });
    },
  );

  test("are all reached by some action, but those that an order begins with", () => {
    const reached = new Set(ORDER_ACTIONS.flatMap((action) => TRANSITIONS[action].to));
    expect(ORDER_STATUSES.filter((status) => !reached.has(status))).toEqual(["draft"]);
  });

  test("that leave units open can all be sent, cancelled, or brought there", () => {
    const open: OrderStatus[] = ["draft", "pending", "paid", "allocated", "partiallyFulfilled"];
    for (const status of open) expect(ALLOWED[status], status).toContain("cancel");
  });

  test.each<[string, OrderStatus, Parameters<typeof lineOf>[0][]]>([
    ["some units are still to leave", "paid", [{ fulfilled: 2 }, { fulfilled: 1, returned: 1 }]],
    ["nothing left", "cancelled", [{ cancelled: 2 }]],
    ["all that left is with the buyer", "fulfilled", [{ fulfilled: 1, cancelled: 1 }]],
    ["some is back", "partiallyReturned", [{ fulfilled: 2, returned: 1 }]],
    ["all that left is back", "returned", [{ fulfilled: 1, returned: 1, cancelled: 1 }, { cancelled: 2 }]],
  ])("follow from the lines: when %s it is %s", (_when, status, lines) => {
    expect(
      statusByLines(
        lines.map((line) => lineOf(line)),
        "paid",
      ),
    ).toBe(status);
  });
});
