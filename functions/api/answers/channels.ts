import * as z from "zod";
import { TASK_KINDS, TASK_STATUSES } from "../../../core/channels/index.ts";
import { resource } from "./resource.ts";

const ReasonAnswer = z.lazy(() => z.object({ code: z.string(), message: z.string() }));

export const OrdersSyncAnswer = z.lazy(() =>
  z
    .object({
      accountId: z.string(),
      provider: z.string(),
      isOn: z.boolean(),
      everyMinutes: z.int(),
      affectsStock: z.boolean(),
      watermark: z.iso.datetime().describe("All that changed before then is kept here"),
      reading: z
        .object({ from: z.iso.datetime(), to: z.iso.datetime() })
        .optional()
        .describe("A time that is being read, page by page"),
      dueAt: z.iso.datetime().optional().describe("When it is read next"),
      lastReadAt: z.iso.datetime().optional().describe("When the last page was kept"),
      lastError: z
        .object({ code: z.string(), message: z.string(), at: z.iso.datetime() })
        .optional()
        .describe("Why the last reading did not come to its end; the next one goes on there"),
      counts: z
        .object({ read: z.int(), recorded: z.int(), changed: z.int(), unreadable: z.int() })
        .describe("Since it began"),
      version: z.int(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    })
    .meta({ id: "OrdersSync" }),
);

const task = () => ({
  ...resource(),
  kind: z.enum(TASK_KINDS),
  status: z.enum(TASK_STATUSES),
  channel: z.string(),
  accountId: z.string().optional(),
  orderId: z.string().optional(),
  fulfilmentId: z.string().optional(),
  externalOrderId: z.string().optional(),
  reason: ReasonAnswer.optional(),
  faults: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  attempts: z.int(),
  nextAttemptAt: z.iso.datetime().optional(),
});

export const ChannelTaskAnswer = z.lazy(() => z.object(task()).meta({ id: "ChannelTask" }));

export const ChannelTaskWithOriginalAnswer = z.lazy(() =>
  z
    .object({ ...task(), original: z.unknown().optional().describe("The order as its channel wrote it") })
    .meta({ id: "ChannelTaskWithOriginal" }),
);
