import { createHmac } from "node:crypto";
import { number, type Params, text } from "./form.ts";
import { missing, type Sent, type State, type StripeObject } from "./state.ts";

/** How events are sent: what a real account does now and then, on demand. */
export interface Manner {
  order: "asHappened" | "reversed";
  /** Each event is sent so often. */
  times: number;
  /** Nothing arrives: events happen, and are not sent. */
  isLost: boolean;
  /** In which version's form: of "basil" some fields stand elsewhere. */
  form: "2020-08-27" | "2025-06-30.basil";
}

export const PLAIN: Manner = { order: "asHappened", times: 1, isLost: false, form: "2020-08-27" };

export type Happened = readonly [type: string, object: StripeObject];

const MAX_TIMES = 10;
/** Of one that is not taken; Stripe goes on for three days, this one does not. */
const TRIES = 3;

/** Records what happened as events, and sends them signed. Resolves when each has been taken or given up. */
export async function tell(
  state: State,
  happened: readonly Happened[],
  { url, secret, manner }: { url: string; secret: string; manner: Manner },
): Promise<Sent[]> {
  const sent = happened.map(([type, object]): Sent => ({ event: eventOf(state, type, object, manner), answers: [] }));
  state.events.push(...sent);
  const inOrder = manner.order === "reversed" ? sent.toReversed() : sent;
  if (manner.isLost) return sent;
  for (const one of inOrder)
    for (let time = 0; time < Math.min(MAX_TIMES, manner.times); time++) await deliver(state, one, { url, secret });
  return sent;
}

/** Sends an event, again if it is not taken. */
export async function deliver(
  state: State,
  sent: Sent,
  { url, secret }: { url: string; secret: string },
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const answer = await send(state, JSON.stringify(sent.event), url, secret);
    sent.answers.push(answer);
    if (answer >= 200 && answer < 300) return;
  }
}

async function send(state: State, body: string, url: string, secret: string): Promise<number> {
  const seconds = state.now();
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": `t=${seconds},v1=${signature}`,
  };
  try {
    const answer = await fetch(url, { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

function eventOf(state: State, type: string, object: StripeObject, { form }: Manner): StripeObject {
  const { sandbox: _sandbox, ...shown } = structuredClone(object);
  return {
    id: state.newId("evt"),
    object: "event",
    api_version: form,
    created: state.now(),
    data: { object: form === PLAIN.form ? shown : inLaterForm(shown) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}

/** As of 2025-03-31: a subscription's period stands on its items, and an invoice names its subscription by its parent. */
function inLaterForm(object: Record<string, unknown>): Record<string, unknown> {
  if (object["object"] === "subscription") {
    const { current_period_start, current_period_end, items, ...rest } = object;
    const data = (items as { data: object[] }).data.map((item) => ({
      ...item,
      current_period_start,
      current_period_end,
    }));
    return { ...rest, items: { ...(items as object), data } };
  }
  if (object["object"] === "invoice") {
    const { subscription, paid: _paid, payment_intent: _intent, ...rest } = object;
    const details = { subscription, metadata: {} };
    return { ...rest, parent: { type: "subscription_details", quote_details: null, subscription_details: details } };
  }
  return object;
}

/** GET /v1/events: newest first; `ending_before` gives those next newer, `starting_after` those next older. */
export function listEvents({ events }: State, params: Params): object {
  const isTaken = ({ answers }: Sent) => answers.some((answer) => answer >= 200 && answer < 300);
  const [before, after] = [text(params["ending_before"]), text(params["starting_after"])];
  const placeOf = (id: string) => {
    const found = events.findIndex(({ event }) => event.id === id);
    if (found < 0) throw missing("event", id);
    return found;
  };
  const wanted = (sent: Sent) =>
    params["delivery_success"] === undefined || isTaken(sent) === (params["delivery_success"] === "true");
  const newer = before === undefined ? undefined : events.slice(placeOf(before) + 1).filter(wanted);
  const older = events.slice(0, after === undefined ? undefined : placeOf(after)).filter(wanted);
  const limit = number(params["limit"]) ?? 10;
  const data = newer ? newer.slice(0, limit).toReversed() : older.slice(-limit).toReversed();
  return {
    object: "list",
    data: data.map(({ event }) => event),
    has_more: (newer ?? older).length > limit,
    url: "/v1/events",
  };
}
