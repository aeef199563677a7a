import { randomBytes } from "node:crypto";

/** An object as Stripe answers it. */
export interface StripeObject {
  id: string;
  object: string;
  [name: string]: unknown;
}

/** An event with what became of its deliveries. */
export interface Sent {
  event: StripeObject;
  /** The answers, in order; 0 where there was none. */
  answers: number[];
}

export interface Saved {
  objects: Record<string, StripeObject>;
  events: Sent[];
  /** By idempotency key: what was asked, and the answer. */
  asked: Record<string, { request: string; status: number; body: object }>;
}

/** All that the stand-in knows. */
export interface State extends Saved {
  /** Seconds since the epoch, as Stripe counts. */
  now: () => number;
  newId: (prefix: string) => string;
  /** Of a kind, by id; undefined for another kind's. */
  find: (object: string, id: string | undefined) => StripeObject | undefined;
  put: <T extends StripeObject>(made: T) => T;
  all: (object: string) => StripeObject[];
}

export function createState(saved: Partial<Saved>, nowMs: () => number): State {
  const { objects = {}, events = [], asked = {} } = saved;
  return {
    objects,
    events,
    asked,
    now: () => Math.floor(nowMs() / 1000),
    newId: (prefix) => `${prefix}_${randomBytes(12).toString("hex")}`,
    find: (object, id) => {
      const found = id !== undefined && Object.hasOwn(objects, id) ? objects[id] : undefined;
      return found?.object === object ? found : undefined;
    },
    put: (made) => (objects[made.id] = made),
    all: (object) => Object.values(objects).filter((one) => one.object === object),
  };
}

/** A refusal in Stripe's form. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly error: Record<string, unknown>;
  constructor(status: number, message: string, error: { type?: string; code?: string; param?: string } = {}) {
    super(message);
    this.status = status;
    this.error = { type: "invalid_request_error", message, ...error };
  }
}

export const missing = (what: string, id: string | undefined) =>
  new Refused(404, `No such ${what}: '${id ?? ""}'`, { code: "resource_missing", param: "id" });

export const parameterMissing = (param: string) =>
  new Refused(400, `Missing required param: ${param}.`, { code: "parameter_missing", param });
