/** A refusal in eBay's form. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly errorId: number;
  constructor(status: number, errorId: number, message: string) {
    super(message);
    this.status = status;
    this.errorId = errorId;
  }
}

export const errorOf = (errorId: number, message: string) => ({
  errorId,
  domain: errorId < 2_000 ? "OAuth" : errorId < 30_000 ? "API_INVENTORY" : "API_FULFILLMENT",
  category: "REQUEST",
  message,
  longMessage: message,
});

/** By the status alone, for faults on demand. */
export function errorBody(status: number, message: string): object {
  const ids: Record<number, number> = { 400: 25002, 401: 1001, 404: 25713, 429: 2001 };
  return { errors: [errorOf(ids[status] ?? 25001, message)] };
}
