import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PurchaseStatus } from "../../../core/connectors/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import {
  isMove,
  PURCHASE_ORDER_ACTIONS,
  PURCHASE_ORDER_STATUSES,
  type PurchaseOrderStatus,
  requireAllowed,
  statusBy,
  TRANSITIONS,
} from "../../../core/purchasing/status.ts";
import { lineOf, partOf } from "./purchases.ts";

const STEPS = ["quote", "submit", "ship", "receive", "close", "cancel"] as const;

/** What people may do when: a second account of the table, for whoever changes the first one by mistake. */
const ALLOWED: Record<PurchaseOrderStatus, (typeof STEPS)[number][]> = {
  draft: ["quote", "submit", "cancel"],
  quoting: [],
  quoted: ["quote", "submit", "cancel"],
  submitting: [],
  placed: ["ship", "receive", "close", "cancel"],
  partlyShipped: ["receive", "close", "cancel"],
  shipped: ["receive", "close"],
  partlyReceived: ["receive", "close"],
  received: [],
  cancelling: [],
  cancelled: [],
  failed: ["quote", "submit", "cancel"],
};

describe("the states of a purchase order", () => {
  test.each(PURCHASE_ORDER_STATUSES.flatMap((status) => STEPS.map((action) => ({ status, action }))))(
    "$action of one that is $status is allowed, or refused with the reason",
    ({ status, action }) => {
      let error: unknown;
      try {
        requireAllowed(action, { id: "por_1", status });
      } catch (caught) {
        error = caught;
      }
      if (ALLOWED[status].includes(action)) return expect(error).toBeUndefined();
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: "STATE_CONFLICT",
        message: expect.stringMatching(/^Unable to .+: it is \w+, and must be \w+/),
        details: { id: "por_1", status, reasons: [expect.stringContaining(`it is ${status}`)] },
      });
    },
  );

  test("are all reached by some action", () => {
    const reached = new Set(PURCHASE_ORDER_ACTIONS.flatMap((action) => TRANSITIONS[action].to));
    expect(PURCHASE_ORDER_STATUSES.filter((status) => !reached.has(status))).toEqual([]);
  });

  test("that a worker works in all lead somewhere, whatever it finds", () => {
    for (const status of ["quoting", "submitting", "cancelling"] as const)
      expect(
        PURCHASE_ORDER_ACTIONS.filter((action) => TRANSITIONS[action].from.includes(status)).length,
        status,
      ).toBeGreaterThan(1);
    expect(isMove("fail", "submitting", "failed")).toBe(true);
    expect(isMove("place", "draft", "placed")).toBe(false);
  });

  test("never begin ordering anew once it is bought", () => {
    for (const status of ["placed", "partlyShipped", "shipped", "partlyReceived", "received"] as const)
      expect(isMove("submit", status, "submitting"), status).toBe(false);
  });
});

test("The diagram of the documentation draws moves of the table, and one at least wherever an action may be taken", () => {
  const page = readFileSync(new URL("../../../docs/purchasing.md", import.meta.url), "utf8");
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from = "", to = ""]) => `${from} ${to}`);
  const moves = new Set(
    PURCHASE_ORDER_ACTIONS.flatMap((action) => {
      const { from, to } = TRANSITIONS[action];
      return from.flatMap((one) => to.map((other) => `${one} ${other}`));
    }),
  );
  expect(drawn.filter((move) => !moves.has(move))).toEqual([]);
  for (const action of PURCHASE_ORDER_ACTIONS)
    for (const from of TRANSITIONS[action].from)
      expect(
        TRANSITIONS[action].to.some((to) => drawn.includes(`${from} ${to}`)),
        `${action} from ${from}`,
      ).toBe(true);
});

describe("what a purchase is follows from the supplier's orders and from what came", () => {
  const lines = [lineOf("1"), lineOf("2")];
  const parts = (...statuses: PurchaseStatus[]) =>
    statuses.map((status, index) => partOf(`F-${index}`, [String(index + 1)], { status }));

  test.each<[string, ReturnType<typeof statusBy>, PurchaseStatus[]]>([
    ["nothing was sent", "placed", ["paid", "preparing"]],
    ["some was sent", "partlyShipped", ["shipped", "paid"]],
    ["all was sent", "shipped", ["shipped", "shipped"]],
    ["what is left of it was sent", "shipped", ["shipped", "cancelled"]],
    ["nothing is left of it", "cancelled", ["refunded", "cancelled"]],
  ])("when %s it is %s", (_when, status, statuses) => {
    expect(statusBy(parts(...statuses), lines)).toBe(status);
  });

  test("when some came it is partly received, and received once nothing more can come", () => {
    const came = [lineOf("1", { received: 3 }), lineOf("2")];
    expect(statusBy(parts("shipped", "shipped"), came)).toBe("partlyReceived");
    expect(statusBy(parts("shipped", "cancelled"), came)).toBe("received");
    expect(statusBy(parts("shipped", "shipped"), [lineOf("1", { received: 3 }), lineOf("2", { isClosed: true })])).toBe(
      "received",
    );
  });
});
