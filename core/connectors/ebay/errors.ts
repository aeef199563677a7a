import { type OutboundError, PermanentError, TransientError } from "../../platform/http/errors.ts";
import type { Outcome } from "../capabilities.ts";
import type { WireAnswer } from "../wire.ts";
import { TRANSIENT_ERROR_IDS } from "./constants.ts";
import { type EbayErrors, ErrorsSchema } from "./wire.ts";

const isTransient = (errors: EbayErrors) => errors.some(({ errorId }) => TRANSIENT_ERROR_IDS.has(errorId));

/** What the ids of the errors mean where the status would mislead: 25001 comes as 400 and passes, 25002 as 500 and does not. */
export function errorOf({ status, body }: WireAnswer): OutboundError | undefined {
  if (status < 400 || status === 401 || status === 429) return undefined;
  const read = ErrorsSchema.safeParse(body);
  if (!read.success) return undefined;
  const { errors } = read.data;
  const reason = `answered ${status} with ${errors.map(({ errorId }) => errorId).join(", ")}`;
  if (isTransient(errors)) return new TransientError("ebay", reason, { upstreamStatus: status });
  if (status >= 500 && !errors.some(({ errorId }) => errorId === CONTENT_REFUSED)) return undefined;
  return new PermanentError("ebay", reason, { upstreamStatus: status });
}

/** Inventory's word for what a listing says or lacks. */
const CONTENT_REFUSED = 25002;

/** A part of a bulk answer that failed. */
export function refusalOf(id: string, statusCode: number, errors: EbayErrors): Outcome {
  const [first] = errors;
  return {
    id,
    ok: false,
    transient: isTransient(errors) || (statusCode >= 500 && first?.errorId !== CONTENT_REFUSED) || statusCode === 429,
    code: first ? `EBAY_${first.errorId}` : `EBAY_HTTP_${statusCode}`,
    message: first?.longMessage ?? first?.message ?? `eBay answered ${statusCode}`,
  };
}
