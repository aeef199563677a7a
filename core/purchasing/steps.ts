import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError, VersionConflictError } from "../platform/errors.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import type { Write } from "../platform/table.ts";
import { changeWrites, lostRace, next } from "./change.ts";
import { releaseWrites, stockOf, untold, withoutCovers } from "./effects.ts";
import { heldBy } from "./lines.ts";
import type { PurchaseOrder, SupplierOrder } from "./purchase-order.ts";
import { readPurchaseOrder } from "./purchase-order.store.ts";
import type { PurchaseWork } from "./purchase-work.ts";
import { queueWork, readWork, workWrites } from "./purchase-work.store.ts";
import { BareStepSchema, CancelPurchaseOrderSchema, SubmitPurchaseOrderSchema } from "./schemas.ts";
import { isGone, refused, requireAllowed, statusBy } from "./status.ts";

export interface StepInput {
  id: string;
  expectedVersion?: number | undefined;
  input?: unknown;
}

/** A step of a person: read, checked against the table of states, and committed unless somebody was faster. */
export async function step(
  ctx: Context,
  action: "quote" | "submit" | "ship" | "cancel" | "close",
  { id, expectedVersion, input }: StepInput,
  run: (current: PurchaseOrder, commit: Commit<PurchaseOrder>) => Promise<PurchaseOrder>,
): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.write");
  return idempotent<PurchaseOrder>(ctx, `purchasing.${action}`, { id, input: input ?? {} }, async (commit) => {
    const current = await readPurchaseOrder(ctx, id);
    requireVersion(current, expectedVersion);
    requireAllowed(action, current);
    return run(current, async (writes, result) =>
      commit(writes, result).catch((error: unknown) => {
        throw lostRace(error, current);
      }),
    );
  });
}

export function requireVersion({ id, version }: PurchaseOrder, expected: number | undefined): void {
  if (expected !== undefined && expected !== version)
    throw new VersionConflictError("Purchase order", id, expected, version);
}

/** Asks the supplier what it would cost. The answer comes into the purchase order. Throws STATE_CONFLICT, VERSION_CONFLICT. */
export async function quotePurchaseOrder(ctx: Context, request: StepInput): Promise<PurchaseOrder> {
  parse(BareStepSchema, request.input);
  const asked = await step(ctx, "quote", request, async (current, commit) => {
    if (current.accountId === undefined)
      throw refused("quote", current, ["it names no account by which this supplier could be asked"]);
    const after = next(ctx, current, "quote", { status: "quoting", attention: undefined });
    return commit([...changeWrites(ctx, current, after), ...(await begun(ctx, current.id, "quote"))], after);
  });
  await queueWork(ctx, asked.id);
  return asked;
}

/**
 * Orders it: at the supplier's own service, by a worker; or it was ordered by hand, and this notes so. Throws
 * STATE_CONFLICT, VERSION_CONFLICT, VALIDATION_ERROR where nobody says how it is ordered.
 */
export async function submitPurchaseOrder(ctx: Context, request: StepInput): Promise<PurchaseOrder> {
  const { supplierReference, upTo } = parse(SubmitPurchaseOrderSchema, request.input);
  const submitted = await step(ctx, "submit", request, async (current, commit) => {
    if (supplierReference !== undefined) return placeByHand(ctx, { current, commit, supplierReference });
    if (current.accountId === undefined)
      throw new AppError(
        "VALIDATION_ERROR",
        "It names no account: order it by hand, and give the supplier's number of it",
        {
          field: "supplierReference",
          details: { id: current.id },
        },
      );
    if (upTo && upTo.currency !== current.currency)
      throw new AppError("VALIDATION_ERROR", `The purchase order is in ${current.currency}`, { field: "upTo" });
    // Whoever submits it again has seen the refusal. What may be there is looked for first all the same.
    const placing = current.placing && { times: 0, at: current.placing.at };
    const decided = upTo ? { upToMinor: upTo.minor } : {};
    const changes = { status: "submitting" as const, attention: undefined, placing, ...decided };
    const after = next(ctx, current, "submit", changes);
    return commit([...changeWrites(ctx, current, after), ...(await begun(ctx, current.id, "submit"))], after);
  });
  if (submitted.status === "submitting") await queueWork(ctx, submitted.id);
  return submitted;
}

async function placeByHand(
  ctx: Context,
  {
    current,
    commit,
    supplierReference,
  }: { current: PurchaseOrder; commit: Commit<PurchaseOrder>; supplierReference: string },
): Promise<PurchaseOrder> {
  // It may be there already, under our number: ordering once more by hand is for who has looked.
  const part: SupplierOrder = {
    externalId: supplierReference,
    status: "placed",
    externalStatus: "by hand",
    lineIds: current.lines.map(({ id }) => id),
    shipments: [],
  };
  const { after, writes } = await stockOf(
    ctx,
    next(ctx, current, "submit", {
      status: "placed",
      supplierReference,
      parts: [part],
      placedAt: timestamp(ctx),
      attention: undefined,
    }),
  );
  return commit([...changeWrites(ctx, current, after), ...writes], after);
}

/**
 * Cancels it: what the supplier does not know, or was told by hand, at once; otherwise a worker asks the supplier, who may
 * refuse. Throws STATE_CONFLICT, VERSION_CONFLICT.
 */
export async function cancelPurchaseOrder(ctx: Context, request: StepInput): Promise<PurchaseOrder> {
  const { isCancelledThere } = parse(CancelPurchaseOrderSchema, request.input);
  const cancelled = await step(ctx, "cancel", request, async (current, commit) => {
    const mayBeThere = current.parts.length > 0 || current.placing !== undefined;
    if (mayBeThere && current.supplierReference === undefined && !isCancelledThere) {
      const changes = { status: "cancelling" as const, cancelAskedAt: timestamp(ctx), attention: undefined };
      const after = next(ctx, current, "cancel", changes);
      return commit([...changeWrites(ctx, current, after), ...(await begun(ctx, current.id, "cancel"))], after);
    }
    return cancelAtOnce(ctx, current, commit);
  });
  if (cancelled.status === "cancelling") await queueWork(ctx, cancelled.id);
  return cancelled;
}

/** What has been sent comes all the same: it stays bought, and nothing is expected of the rest. */
async function cancelAtOnce(
  ctx: Context,
  current: PurchaseOrder,
  commit: Commit<PurchaseOrder>,
): Promise<PurchaseOrder> {
  const parts = current.parts.map((part) =>
    part.shippedAt === undefined && !isGone(part.status) ? { ...part, status: "cancelled" as const } : part,
  );
  const sent = heldBy(parts);
  const lines = current.lines.map((line) => (sent.has(line.id) ? line : { ...line, isClosed: true }));
  const status = sent.size > 0 ? statusBy(parts, lines) : ("cancelled" as const);
  const changes = { status, lines, parts, cancelAskedAt: timestamp(ctx), attention: undefined };
  const { after, writes } = await stockOf(ctx, next(ctx, current, "cancel", changes));
  const released = await releaseWrites(ctx, after);
  const kept = { ...after, lines: withoutCovers(after.lines) };
  // Whoever follows it tells the order of what has been sent.
  const stopped = untold(kept).length > 0 ? [] : workWrites(ctx, await readWork(ctx, current.id), undefined);
  return commit([...changeWrites(ctx, current, kept), ...writes, ...stopped, ...released], kept);
}

/** The work of a purchase order from now on, in place of what was to be done. */
async function begun(ctx: Context, id: string, kind: PurchaseWork["kind"]): Promise<Write[]> {
  return workWrites(ctx, await readWork(ctx, id), { id, kind, dueAt: timestamp(ctx), attempts: 0 });
}
