import type { OrderMapping, OrderRow, Parsed, Scan } from "../../ingest/index.ts";
import {
  ORDER_STATUSES,
  type OrderDraft,
  type OrderDraftLine,
  type OrderStatus,
  isChannel,
} from "../../orders/index.ts";
import { defined } from "../../platform/defined.ts";
import type { Fault } from "../../platform/errors.ts";
import type { OrderRecord } from "./order-record.ts";

type Good = Parsed<OrderRow> & { record: OrderRow };

/**
 * Makes one record of the rows of one order. An order that lacks one of its lines is another order: a bad row refuses the
 * whole, unless what is bad is to be ignored; then the order is taken without it, and says so.
 */
export function assembleOrder(
  rows: Parsed<OrderRow>[],
  { mapping, ignoresBad, scan }: { mapping: OrderMapping; ignoresBad: boolean; scan: Scan },
): Parsed<OrderRecord> {
  const first = rows.find((row): row is Good => row.record !== undefined)?.record;
  const faults = rows.map((row) => faultsOf(row, first, ignoresBad));
  const good = rows.filter((row, place): row is Good => row.record !== undefined && faults[place] === undefined);
  const bad = rows.length - good.length;
  const all = { rows: rows.flatMap((row) => row.rows), raw: rows.flatMap((row) => row.raw) };
  const [lead] = good;
  if (!lead || (bad > 0 && !ignoresBad)) {
    const reasons = faults.find((of) => of !== undefined) ?? [];
    return { ...all, faults: reasons, ...(rows.length > 1 ? { ofRows: faults } : {}) };
  }
  const warnings = good.flatMap(({ rows: [row], faults: left = [], warnings: odd = [] }) =>
    [...left, ...odd].map((fault) => (rows.length > 1 ? { ...fault, message: `Row ${row}: ${fault.message}` } : fault)),
  );
  if (bad > 0) warnings.push({ path: "lines", code: "ROWS_LEFT_OUT", message: `${bad} rows of it cannot be taken` });
  const times = scan.occurrences.get(lead.rows[0] ?? 0) ?? 1;
  const externalId = lead.record.externalId ?? `${lead.record.content.slice(0, 27)}-${times}`;
  return {
    ...all,
    record: recordOf(good, { mapping, externalId, warnings }),
    ...(bad > 0 ? { ofRows: faults } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function faultsOf({ record, faults = [] }: Parsed<OrderRow>, first: OrderRow | undefined, ignoresBad: boolean) {
  const found = record && ignoresBad ? [] : [...faults];
  if (record && first) found.push(...conflicts(record, first));
  return found.length > 0 ? found : undefined;
}

/** An order has one channel and one currency. */
function conflicts(row: OrderRow, first: OrderRow): Fault[] {
  const faults: Fault[] = [];
  if (!isChannel(row.channel))
    faults.push({ path: "channel", code: "UNKNOWN_CHANNEL", message: `${row.channel} is no channel of ours` });
  for (const path of ["channel", "currency"] as const) {
    if (row[path] === first[path]) continue;
    const message = `The row says ${row[path]}, the first of its order ${first[path]}`;
    faults.push({ path, code: "CONTRADICTS_ORDER", message });
  }
  return faults;
}

function recordOf(
  rows: Good[],
  { mapping, externalId, warnings }: { mapping: OrderMapping; externalId: string; warnings: Fault[] },
): OrderRecord {
  const firstOf = <K extends keyof OrderRow>(name: K): OrderRow[K] | undefined =>
    rows.find(({ record }) => record[name] !== undefined)?.record[name];
  const lead = rows[0]?.record;
  if (!lead) throw new Error("A record is made of at least one row");
  const { meaning, channel, currency, placedAt } = lead;
  const key = `${channel}#${externalId}`;
  const lines = rows.map(({ record }): OrderDraftLine & { total: NonNullable<OrderDraftLine["total"]> } => record.line);
  const common = { channel, externalId, currency, customer: firstOf("customer") };
  if (meaning !== "sale") {
    return {
      meaning,
      key,
      deduction: defined({
        ...common,
        occurredAt: placedAt,
        reason: firstOf("notes") ?? (meaning === "writeOff" ? lines.find(({ title }) => title)?.title : undefined),
        lines: lines.map(({ sku, title, quantity, total }) => defined({ sku, title, quantity, total })),
      }),
    };
  }
  const word = firstOf("status");
  const status = statusOf(word, mapping);
  const draft: OrderDraft = defined({
    ...common,
    placedAt,
    channelStatus: word !== undefined && word !== status ? word : undefined,
    status: status ?? ("pending" as const),
    isStatusKnown: status !== undefined,
    lines,
    shippingAddress: firstOf("shippingAddress"),
    notes: firstOf("notes"),
    warnings:
      status === undefined
        ? [...warnings, { path: "status", code: "UNKNOWN_STATUS", message: `${JSON.stringify(word)} is not known` }]
        : warnings,
  });
  return { meaning, key, draft };
}

function statusOf(word: string | undefined, { statuses = {} }: OrderMapping): OrderStatus | undefined {
  const folded = word?.toLowerCase() ?? "";
  const ours = Object.entries(statuses).find(([theirs]) => theirs.toLowerCase() === folded)?.[1] ?? word;
  return ORDER_STATUSES.find((status) => status.toLowerCase() === ours?.toLowerCase());
}
