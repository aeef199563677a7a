import {
  CHANNEL_FORMATS,
  type OrderFormat,
  type OrderRow,
  type Parsed,
  readJsonDocument,
  readOrderRows,
  type Target,
  type Work,
  workOf,
} from "../../ingest/index.ts";
import { readOrders } from "../../orders/index.ts";
import { assembleOrder } from "./assemble.ts";
import { checkOrder } from "./check.ts";
import type { OrderRecord } from "./order-record.ts";

/** A file of orders: by a mapping, row by row, or as a marketplace's own JSON. */
export function orderWork(
  format: OrderFormat,
  { target, ignoresBad }: { target: Target<OrderRecord>; ignoresBad: boolean },
): Work {
  if ("mapping" in format) {
    const { mapping } = format;
    const isNumbered = mapping.groupBy !== undefined || mapping.externalId !== undefined;
    return workOf<OrderRow, OrderRecord>({
      read: (bytes, state) => readOrderRows(bytes, format, state),
      keyOf: (row) => {
        if (mapping.groupBy !== undefined) return undefined;
        if (!isNumbered) return { text: row.content, repeats: "count" };
        return { text: `${row.meaning}#${row.channel}#${row.externalId}`, repeats: "refuse" };
      },
      keyPath: "externalId",
      precheck: async (parsed) => parsed,
      assemble: (rows, scan) => assembleOrder(rows, { mapping, ignoresBad, scan }),
      check: checkOrder,
      target,
    });
  }
  const channel = CHANNEL_FORMATS[format.format];
  const read = (value: unknown) =>
    readOrders(channel, value).map((order) => {
      const { original } = order;
      if (!("draft" in order)) return { original, faults: order.faults };
      const { draft } = order;
      const key = `${channel}#${draft.externalId ?? ""}`;
      return { original, record: { meaning: "sale" as const, key, draft, isLive: true as const } };
    });
  return workOf<OrderRecord, OrderRecord>({
    read: (bytes, state) => readJsonDocument(bytes, read, state),
    keyOf: ({ key }) => ({ text: key, repeats: "refuse" }),
    keyPath: "externalId",
    precheck: async (parsed) => parsed,
    assemble: ([only = NOTHING]) => only,
    check: checkOrder,
    target,
  });
}

const NOTHING: Parsed<OrderRecord> = { rows: [], raw: [] };
