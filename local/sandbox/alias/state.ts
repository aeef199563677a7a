/** All that the stand-in knows beside its catalogue; what is kept of it over a restart. */
export interface AliasState {
  listings: Record<string, AliasListing>;
  orders: Record<string, AliasOrder>;
  batches: Record<string, AliasBatch>;
  counter: number;
}

export interface AliasListing {
  id: string;
  catalog_id: string;
  condition: string;
  packaging_condition: string;
  size: number;
  size_unit: string;
  sku: string;
  consigned: boolean;
  created_at: string;
  updated_at: string;
  status: string;
  price_cents: string;
  /** What it answers to changes with, where it refuses them. */
  refuses?: string;
}

/** An order in Alias's own words. */
export interface AliasOrder {
  id: string;
  status: string;
  listing_id: string;
  updated_at: string;
  [name: string]: unknown;
}

export type BatchKind = "UPDATE" | "ACTIVATE" | "DEACTIVATE";

export interface AliasBatch {
  id: string;
  kind: BatchKind;
  created_at: string;
  /** How often somebody has asked for it. */
  asked: number;
  completed_at: string | null;
  operations: { id: string; cents?: string; status: string; success: boolean; errors: string[] }[];
}

export const emptyState = (): AliasState => ({ listings: {}, orders: {}, batches: {}, counter: 0 });

export const nextNumber = (state: AliasState): number => ++state.counter;

export const timeOf = (now: number): string => new Date(now).toISOString();

/** google.rpc.Code of a status. */
const CODES: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 409: 10, 429: 8, 500: 13, 503: 14, 504: 4 };

export const errorBody = (status: number, message: string) => ({ code: CODES[status] ?? 2, message, details: [] });

/** A refusal in Alias's form. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: number | undefined;
  constructor(status: number, message: string, code?: number) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
