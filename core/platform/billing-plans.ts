/** What an organisation may subscribe to. */
export interface BillingPlan {
  /** As requests name it: "pro". */
  id: string;
  name: string;
  /** Stripe's (`price_…`); absent of what costs nothing. */
  priceId?: string;
  /** Days before the first payment. */
  trialDays?: number;
  /** What it allows, by names that whoever enforces them knows: {"requestsPerMinute": 600}. */
  limits: Readonly<Record<string, number>>;
}

export const BILLING_PLANS_FORM =
  'must be a JSON list of {"id","name","priceId","trialDays","limits"}, ids and prices each once: [{"id":"free","name":"Free","limits":{}}]';

const MAX_TRIAL_DAYS = 730;

/** Undefined where the text is no such list; an empty text is an empty one. By hand, since every cold start reads it. */
export function readBillingPlans(text: string): BillingPlan[] | undefined {
  if (text.trim() === "") return [];
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || !list.every(isPlan)) return undefined;
    const prices = list.flatMap(({ priceId }) => priceId ?? []);
    const isOnce = (names: string[]) => new Set(names).size === names.length;
    return isOnce(list.map(({ id }) => id)) && isOnce(prices) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isPlan(value: unknown): value is BillingPlan {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, priceId, trialDays, limits } = value as Record<string, unknown>;
  const isText = (text: unknown) => typeof text === "string" && text !== "";
  const isCount = (count: unknown) => Number.isSafeInteger(count) && Number(count) >= 0;
  return (
    isText(id) &&
    isText(name) &&
    (priceId === undefined || isText(priceId)) &&
    (trialDays === undefined || (isCount(trialDays) && Number(trialDays) <= MAX_TRIAL_DAYS)) &&
    typeof limits === "object" &&
    limits !== null &&
    Object.values(limits).every(isCount)
  );
}
