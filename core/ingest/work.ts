import type { Context } from "../platform/context.ts";
import type { Batch, FinishStep } from "./batch.ts";
import { gatherPages, type GatheredPage } from "./gather.ts";
import { applyPages, type CommittedPage } from "./pages.ts";
import type { Scan, WorkParts } from "./parts.ts";
import { scanFile } from "./scan.ts";

/** A batch's work as the engine drives it, whatever its records are. */
export interface Work {
  scan(ctx: Context, batch: Batch, beat: () => Promise<void>): Promise<Scan>;
  gather(ctx: Context, batch: Batch, scan: Scan): AsyncGenerator<GatheredPage>;
  pages(ctx: Context, input: { batch: Batch; scan: Scan; rehearsal: boolean }): AsyncGenerator<CommittedPage>;
  /** Only where something is left to do after the last page. */
  finish?(batch: Batch, has: (key: string) => boolean): Promise<FinishStep>;
}

export function workOf<Row, Rec>(parts: WorkParts<Row, Rec>): Work {
  const { target } = parts;
  return {
    scan: (ctx, batch, beat) => scanFile(ctx, batch, parts, beat),
    gather: (ctx, batch, scan) => gatherPages(ctx, { batch, reading: parts, groups: scan.groups }),
    pages: (ctx, input) => applyPages(ctx, { ...input, parts }),
    ...(target.finish ? { finish: async (batch, has) => (await target.finish?.(batch, has)) ?? { vanished: 0 } } : {}),
  };
}
