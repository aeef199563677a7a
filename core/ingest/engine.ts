import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { OutboundError } from "../platform/http/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Write } from "../platform/table.ts";
import { type Batch, type BatchPhase, type FetchStep, isTerminal, NO_COUNTS } from "./batch.ts";
import { type BatchKind, batches, claim, commit, LeaseLost, release } from "./batch.store.ts";
import { START, UnreadableFileError } from "./formats/index.ts";
import { assembleRefused } from "./refused.ts";
import type { Scan } from "./parts.ts";
import type { Work } from "./work.ts";

export interface RunOptions {
  kind: BatchKind;
  id: string;
  /** Made for the batch once it is claimed. */
  work: (batch: Batch) => Promise<Work> | Work;
  /** Brings the file into the bucket where the batch has none yet, at once or in steps of which each is committed. */
  fetch?: (batch: Batch, beat: () => Promise<void>) => Promise<FetchStep>;
  /** Writes for the transaction that closes the batch. */
  closing?: (batch: Batch, status: "succeeded" | "failed") => Write[];
  /** Milliseconds that this invocation may still run. */
  remainingMs: () => number;
}

/** `done`: nothing is left to do. `continue`: queue it again at once. `busy`: someone else has it; look again later. */
export type RunResult = "done" | "continue" | "busy";

const MAX_FAILURES = 8;
/** A worker that is killed, by its memory or its time, counts no failure: so many in a row are not by chance. */
const MAX_CLAIMS = 16;

/** Below this, a step is not begun any more: it could not be committed before the function is stopped. */
const RESERVE_MS = 15_000;

/**
 * Works on a batch until it is finished or time is short. Each step commits its progress under the lease before the
 * next begins, so it can die anywhere:
 *
 *   claim → fetch → scan → (gather page 0 … n) → (check) → apply page 0 … n → finish
 *
 * What dies after a page's writes and before its commit repeats the page; targets answer a repeat with the same
 * outcomes, so the counts come out as if nothing had happened.
 */
export async function runBatch(ctx: Context, options: RunOptions): Promise<RunResult> {
  const { kind, id } = options;
  const claimed = await claim(ctx, kind, id, ctx.newId("request"));
  if (!claimed) return isTerminal(await batches(kind).get(ctx, id)) ? "done" : "busy";
  try {
    return await new Run(ctx, options, claimed).steps();
  } catch (error) {
    if (error instanceof LeaseLost) return "busy";
    throw error;
  }
}

/** So long a batch waits in all for somebody who says when to come again. */
const MAX_PATIENCE_MS = 24 * 3_600_000;

/** Whoever names a time is no fault: a budget that is spent, a breaker that is open. */
function mayWait({ retryable, retryAfterMs }: OutboundError, { startedAt }: Batch, now: number): boolean {
  const waited = startedAt === undefined ? 0 : now - Date.parse(startedAt);
  return retryable && retryAfterMs !== undefined && waited < MAX_PATIENCE_MS;
}

class Run {
  readonly #ctx: Context;
  readonly #options: RunOptions;
  #batch: Batch;
  #scan: Scan | undefined;

  constructor(ctx: Context, options: RunOptions, batch: Batch) {
    this.#ctx = ctx;
    this.#options = options;
    this.#batch = batch;
  }

  async steps(): Promise<RunResult> {
    const { id, claims = 0 } = this.#batch;
    if (claims > MAX_CLAIMS) {
      this.#ctx.log.error("Work was given up: its workers die", { id, claims });
      await this.#fail({ code: "GIVEN_UP", message: `${MAX_CLAIMS} workers in a row ended without getting anywhere` });
      return "done";
    }
    try {
      const work = await this.#options.work(this.#batch);
      for (;;) {
        if (this.#options.remainingMs() < RESERVE_MS) return await this.#pause();
        const phase: BatchPhase = this.#batch.phase;
        if (phase === "fetch") await this.#fetch();
        else if (phase === "scan") await this.#start(await this.#scanned(work));
        else if (phase === "gather") {
          if (!(await this.#gather(work))) return await this.#pause();
        } else if (phase === "finish") {
          if (await this.#finish(work)) return "done";
        } else if (!(await this.#pages(work))) return await this.#pause();
      }
    } catch (error) {
      return this.#failOrThrow(error);
    }
  }

  /**
   * A fault of the file or the feed ends the batch with its reason. Anything else is ours or of what we depend on: it is
   * tried again by the queue and the sweep, and given up in sight of the operator when it does not get better.
   */
  async #failOrThrow(error: unknown): Promise<RunResult> {
    if (error instanceof LeaseLost) throw error;
    if (error instanceof UnreadableFileError || (error instanceof AppError && !error.retryable)) {
      await this.#fail({
        code: error.code,
        message: error.message,
        ...(error instanceof AppError && error.details !== undefined ? { details: error.details } : {}),
      });
      return "done";
    }
    if (error instanceof OutboundError && mayWait(error, this.#batch, this.#ctx.now())) {
      await this.#commit({ claims: 0, waiting: this.#waitingFor(error) });
      await release(this.#ctx, this.#options.kind, this.#batch);
      return "busy";
    }
    const failures = (this.#batch.failures ?? 0) + 1;
    if (failures >= MAX_FAILURES) {
      const reason = error instanceof AppError ? error.message : "An internal fault kept it from going on";
      this.#ctx.log.error("Work was given up", { id: this.#batch.id, failures, error });
      await this.#fail({ code: "GIVEN_UP", message: `${reason} (${failures} attempts)` });
      return "done";
    }
    await this.#commit({ failures });
    await release(this.#ctx, this.#options.kind, this.#batch);
    throw error;
  }

  async #fail(error: NonNullable<Batch["error"]>): Promise<void> {
    await this.#close("failed", { error });
  }

  async #commit(change: Parameters<typeof commit>[3], extra?: Parameters<typeof commit>[4]): Promise<void> {
    this.#batch = await commit(this.#ctx, this.#options.kind, this.#batch, change, extra);
  }

  /** A commit that gets somewhere: what failed before it is forgiven. */
  async #advance(change: Parameters<typeof commit>[3], extra?: Parameters<typeof commit>[4]): Promise<void> {
    const { waiting: _over, ...batch } = this.#batch;
    this.#batch = batch;
    await this.#commit({ ...change, failures: 0, claims: 0 }, extra);
  }

  #waitingFor({ message, retryAfterMs = 0 }: OutboundError): NonNullable<Batch["waiting"]> {
    return { reason: message, until: new Date(this.#ctx.now() + retryAfterMs).toISOString() };
  }

  readonly #beat = () => this.#commit({});

  async #pause(): Promise<RunResult> {
    await release(this.#ctx, this.#options.kind, this.#batch);
    return "continue";
  }

  async #fetch(): Promise<void> {
    if (!this.#options.fetch) throw new Error(`Nothing fetches batches of the kind ${this.#options.kind}`);
    const step = await this.#options.fetch(this.#batch, this.#beat);
    await this.#advance(step.objectKey === undefined ? step : { ...step, phase: "scan" });
  }

  /** The scan is not stored: a worker that takes over in the middle reads the file once more. */
  async #scanned(work: Work): Promise<Scan> {
    this.#scan ??= await work.scan(this.#ctx, this.#batch, this.#beat);
    const { contentHash = this.#scan.contentHash } = this.#batch;
    // An upload's URL takes a file until it expires: offsets and counts of one must not be used on another.
    if (this.#scan.contentHash !== contentHash)
      throw new AppError("STATE_CONFLICT", "The file was replaced while it was being worked");
    return this.#scan;
  }

  async #start({ total, contentHash, groups }: Scan): Promise<void> {
    const phase = groups.hasAside ? "gather" : this.#afterGathering();
    await this.#advance({ phase, total, contentHash, state: { ...START }, page: 0 }, { counts: NO_COUNTS });
  }

  #afterGathering(): BatchPhase {
    return this.#batch.onError === "rejectEverything" ? "check" : "apply";
  }

  readonly #timeIsShort = () => this.#options.remainingMs() < RESERVE_MS;

  /** True when all that has to be set aside is, false when time is short. */
  async #gather(work: Work): Promise<boolean> {
    for await (const progress of work.gather(this.#ctx, this.#batch, await this.#scanned(work))) {
      await this.#advance(progress);
      if (this.#timeIsShort()) return false;
    }
    await this.#advance({ phase: this.#afterGathering(), state: { ...START }, page: 0 });
    return true;
  }

  /** True when the file's last page is committed, false when time is short. */
  async #pages(work: Work): Promise<boolean> {
    const scan = await this.#scanned(work);
    const isCheck = this.#batch.phase === "check";
    const rehearsal = isCheck || this.#batch.dryRun;
    for await (const page of work.pages(this.#ctx, { batch: this.#batch, scan, rehearsal })) {
      const { counts, writes, ...progress } = page;
      await this.#advance(progress, { counts, writes });
      if (this.#timeIsShort()) return false;
    }
    if (isCheck && this.#batch.rejected === 0)
      await this.#advance({ phase: "apply", state: { ...START }, page: 0 }, { counts: NO_COUNTS });
    else await this.#advance({ phase: "finish", ...(isCheck ? { isRefusedWhole: true as const } : {}) });
    return true;
  }

  /** True when the batch is closed. */
  async #finish(work: Work): Promise<boolean> {
    const { isRefusedWhole, onError, rejected } = this.#batch;
    if (!isRefusedWhole && !this.#batch.dryRun && work.finish) {
      const { names } = await this.#scanned(work);
      const step = await work.finish(this.#batch, names);
      const vanished = (this.#batch.vanished ?? 0) + step.vanished;
      const warnings = [...(this.#batch.warnings ?? []), ...(step.warnings ?? [])];
      if (step.cursor !== undefined) {
        await this.#advance({ finishCursor: step.cursor, vanished, warnings });
        return false;
      }
      this.#batch = { ...this.#batch, vanished, warnings };
    }
    const refusedKey = this.#batch.rejected > 0 ? await assembleRefused(this.#ctx, this.#batch) : undefined;
    const refused = refusedKey === undefined ? {} : { refusedKey };
    if (isRefusedWhole) {
      const message = `${this.#batch.rejected} rows cannot be taken, so none was`;
      const { total = 0 } = this.#batch;
      const counts = { ...NO_COUNTS, processed: total, rejected: total };
      await this.#close(
        "failed",
        { ...refused, error: { code: "ROWS_REFUSED", message, details: { refused: this.#batch.rejected } } },
        counts,
      );
    } else if (onError === "rejectEverything" && rejected > 0) {
      const late = `REFUSED_LATE: ${rejected} rows passed the check, but not any more when they were applied; the others were taken`;
      await this.#close("succeeded", { ...refused, warnings: [...(this.#batch.warnings ?? []), late] });
    } else await this.#close("succeeded", refused);
    return true;
  }

  async #close(status: "succeeded" | "failed", change: Partial<Batch>, counts?: typeof NO_COUNTS): Promise<void> {
    const { id, accepted, rejected, unchanged, kind } = this.#batch;
    const name = this.#options.kind === "IMPORT" ? "import" : "sync";
    const event = outboxWrite(this.#ctx, `${name}.${status}`, { id, kind, accepted, rejected, unchanged });
    const finishedAt = new Date(this.#ctx.now()).toISOString();
    await this.#commit(
      { ...change, status, finishedAt },
      {
        ...(counts ? { counts } : {}),
        writes: [event, ...(this.#options.closing?.(this.#batch, status) ?? [])],
        final: true,
      },
    );
  }
}
