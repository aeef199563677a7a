import * as z from "zod";
import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { ValidationError } from "../platform/errors.ts";
import { IdSchema, type Page, type Resource } from "../platform/resources.ts";
import { MAX_UNITS } from "./adjustment.ts";
import type { Hold } from "./holds.ts";

const MOST_LINES = 40;
const DEFAULT_SECONDS = 15 * 60;
const MOST_SECONDS = 366 * 24 * 3600;

const time = () => ({
  expiresInSeconds: z.int().min(1).max(MOST_SECONDS).optional().describe("From now on"),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe("At most 366 days ahead"),
});

const EITHER = "give `expiresInSeconds` or `expiresAt`, not both";

export const CreateReservationSchema = z.lazy(() =>
  z
    .strictObject({
      lines: z
        .array(
          z.strictObject({
            productId: IdSchema.describe("A product, or a bundle: then its components are held"),
            quantity: z.int().min(1).max(MAX_UNITS),
            locationId: IdSchema.optional().describe("The main location where absent"),
          }),
        )
        .min(1)
        .max(MOST_LINES),
      ...time(),
      reference: z.string().trim().min(1).max(200).optional().describe("Whatever you know it by"),
      notes: z.string().trim().max(500).optional(),
    })
    .refine((input) => input.expiresInSeconds === undefined || input.expiresAt === undefined, {
      path: ["expiresAt"],
      message: EITHER,
    }),
);

export const ExtendReservationSchema = z.lazy(() =>
  z.strictObject(time()).refine((input) => (input.expiresInSeconds === undefined) !== (input.expiresAt === undefined), {
    path: ["expiresAt"],
    message: EITHER,
  }),
);

export const ReleaseReservationSchema = z.lazy(() => z.strictObject({}).optional());

export const RESERVATION_STATUSES = ["open", "released", "expired", "consumed"] as const;

export interface Reservation extends Resource {
  /** `open` holds units; every other status is final and holds none of its own. */
  status: (typeof RESERVATION_STATUSES)[number];
  /** As they were asked for. */
  lines: Hold[];
  /** What is held for them, each stock item once: a bundle's components in the place of the bundle. */
  holds: Hold[];
  /** When it ends by itself. Not `expiresAt`, which in this table is when DynamoDB deletes an item. */
  heldUntil: string;
  reference?: string;
  notes?: string;
  createdBy: string;
  endedAt?: string;
  /** What took its units over. */
  consumedBy?: { kind: string; id: string };
}

export function viewReservation({ heldUntil, ...reservation }: Reservation) {
  return { ...reservation, expiresAt: heldUntil };
}

export function viewReservationPage({ items, ...page }: Page<Reservation>) {
  return { items: items.map(viewReservation), ...page };
}

/** When a reservation shall end, in RFC 3339 UTC. Throws ValidationError for what is past or too far ahead. */
export function endOf(
  ctx: Context,
  { expiresInSeconds, expiresAt }: { expiresInSeconds?: number | undefined; expiresAt?: string | undefined },
): string {
  const now = ctx.now();
  const end = expiresAt === undefined ? now + (expiresInSeconds ?? DEFAULT_SECONDS) * 1000 : Date.parse(expiresAt);
  const fault = (message: string) => new ValidationError([{ path: "expiresAt", code: "OUT_OF_RANGE", message }]);
  if (!(end > now)) throw fault("must be in the future");
  if (end > now + MOST_SECONDS * 1000) throw fault("must not be more than 366 days ahead");
  return new Date(end).toISOString();
}

export const isPast = ({ heldUntil }: Reservation, now: number): boolean => Date.parse(heldUntil) <= now;

export function reservationOf(
  made: Resource,
  facts: Omit<Reservation, keyof Resource | "status" | "reference" | "notes"> & {
    reference: string | undefined;
    notes: string | undefined;
  },
): Reservation {
  return { ...made, status: "open", ...defined(facts) };
}
