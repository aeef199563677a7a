import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, resourceStore } from "../platform/resources.ts";
import type { StockBook } from "./book.ts";
import { changeStock, type Needed } from "./change-stock.ts";
import { requireLocations } from "./locations.ts";
import { CreateTransferSchema, linesOf, placeAt, type Transfer, type TransferLine } from "./transfer.ts";

const transfers = resourceStore<Transfer>("TRANSFER", "Transfer");

interface Way {
  from: string;
  to: string;
}

/**
 * Moves units between two locations in one transaction: what first expires leaves first, and arrives as the same lots
 * with their numbers, dates and costs. Only free units move; what is promised stays where it is promised. Throws
 * NOT_FOUND (product, location), INSUFFICIENT_STOCK with every line that is short, STATE_CONFLICT.
 */
export async function createTransfer(ctx: Context, input: unknown): Promise<Transfer> {
  requirePermission(ctx, "inventory.adjust");
  const data = parse(CreateTransferSchema, input);
  const { fromLocationId, toLocationId, notes } = data;
  const lines = linesOf(data);
  const way = { from: fromLocationId, to: toLocationId };
  return idempotent<Transfer>(ctx, "inventory.transfer", input, async (commit) => {
    await requireLocations(ctx, [fromLocationId, toLocationId]);
    const made = newResource(ctx, "transfer");
    return changeStock<Transfer>(ctx, {
      cause: { kind: "transfer", id: made.id },
      needs: lines.flatMap((line) => needsOf(line, way)),
      commit,
      work: (book) => {
        const moved = moveAll(book, lines, { ...way, notes });
        const transfer: Transfer = {
          ...made,
          fromLocationId,
          toLocationId,
          lines: moved,
          ...defined({ notes }),
          createdBy: ctx.actor.id,
        };
        const event = { transferId: made.id, fromLocationId, toLocationId };
        const writes = [transfers.createWrite(ctx, transfer), outboxWrite(ctx, "stock.transferred", event)];
        return { writes, result: transfer };
      },
    });
  });
}

export async function getTransfer(ctx: Context, id: string): Promise<Transfer> {
  requirePermission(ctx, "inventory.read");
  return transfers.get(ctx, id);
}

/** Newest first. */
export async function listTransfers(ctx: Context, page: unknown): Promise<Page<Transfer>> {
  requirePermission(ctx, "inventory.read");
  return transfers.list(ctx, parse(PageSchema, page));
}

function needsOf(line: TransferLine, { from, to }: Way): Needed[] {
  return [
    // A lot that is named may stand anywhere in the order in which lots leave.
    { ...placeAt(line, from), take: line.lotNumber === undefined ? line.quantity : "all" },
    { ...placeAt(line, to), comesFrom: from },
  ];
}

type MovedLine = Transfer["lines"][number];

/** All lines, or none: a caller hears at once of every line that is short. */
function moveAll(
  book: StockBook,
  lines: readonly TransferLine[],
  way: Way & { notes: string | undefined },
): MovedLine[] {
  const moved: MovedLine[] = [];
  const short: object[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      moved.push(move(book, line, way));
    } catch (error) {
      if (error instanceof ValidationError)
        throw new AppError("STATE_CONFLICT", error.faults[0]?.message ?? error.message, { field: `lines.${index}` });
      if (!(error instanceof AppError) || error.code !== "INSUFFICIENT_STOCK") throw error;
      short.push({ line: index, message: error.message, ...(error.details as object) });
    }
  }
  if (short.length > 0)
    throw new AppError("INSUFFICIENT_STOCK", `${short.length} of ${lines.length} lines cannot be moved`, {
      details: { lines: short },
    });
  return moved;
}

function move(
  book: StockBook,
  line: TransferLine,
  { from, to, notes }: Way & { notes: string | undefined },
): MovedLine {
  const { quantity, lotNumber } = line;
  const { lots } = book.issue({
    ...placeAt(line, from),
    quantity,
    from: "free",
    maySell: lotNumber === undefined ? "unexpired" : "any",
    lotNumber,
    type: "transfer",
    notes,
  });
  for (const { costMinor, currency, ...lot } of lots) {
    const cost = costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
    book.receive({ ...placeAt(line, to), ...lot, cost, type: "transfer", notes });
  }
  return { ...defined(line), lots };
}
