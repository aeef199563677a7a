import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { type Answer, CALLS, callOf } from "./calls.ts";
import { deliver, type Happened, type Manner, PLAIN, tell } from "./events.ts";
import { parseForm } from "./form.ts";
import { checkoutPage } from "./page.ts";
import { declineIntent, dispute, payIntent } from "./payments.ts";
import { createState, missing, Refused, type Saved, type State, type StripeObject } from "./state.ts";
import { putPrice, type SandboxPrice, subscribe } from "./subscriptions.ts";

export interface SandboxOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  /** What calls must come with. */
  key: string;
  webhookUrl: string;
  webhookSecret: string;
  prices?: readonly SandboxPrice[];
  saved?: Partial<Saved>;
  /** Called with all it knows after each change. */
  save?: (saved: Saved) => void;
  now?: () => number;
}

/** A stand-in of Stripe for the calls that billing makes: docs/billing.md. */
export interface Sandbox {
  url: string;
  state: State;
  manner: Manner;
  /** Resolves when every event that has happened has been sent. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const HTML = { "content-type": "text/html; charset=utf-8" };

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { key, webhookUrl: url, webhookSecret: secret, prices = [], save, now = Date.now } = options;
  const state = createState(options.saved ?? {}, now);
  for (const price of prices) putPrice(state, price);
  const manner: Manner = { ...PLAIN };
  const keep = () => save?.({ objects: state.objects, events: state.events, asked: state.asked });
  const sending = new Set<Promise<unknown>>();
  const announce = async (happened: readonly Happened[] = [], how = manner) => {
    const told = tell(state, happened, { url, secret, manner: how });
    sending.add(told);
    await told.finally(() => sending.delete(told));
  };

  async function call(request: IncomingMessage, at: URL, body: string): Promise<{ status: number; answer: Answer }> {
    if (request.headers.authorization !== `Bearer ${key}`)
      throw new Refused(401, "Invalid API Key provided", { type: "invalid_request_error" });
    const found = callOf(request.method ?? "GET", at.pathname);
    const run = found && CALLS[found.name];
    if (!found || !run) throw new Refused(404, `Unrecognized request URL (${request.method ?? ""}: ${at.pathname})`);
    const idempotencyKey = request.headers["idempotency-key"];
    const asked = hash("sha256", `${request.method ?? ""} ${at.pathname}\n${body}`);
    const before = typeof idempotencyKey === "string" ? state.asked[idempotencyKey] : undefined;
    if (before && before.request !== asked)
      throw new Refused(400, "Keys for idempotent requests can only be used with the same parameters", {
        type: "idempotency_error",
      });
    if (before) return { status: before.status, answer: { body: before.body } };
    const params = parseForm(request.method === "GET" ? at.search.slice(1) : body);
    const answer = run({ state, params, id: found.id, origin });
    if (typeof idempotencyKey === "string")
      state.asked[idempotencyKey] = { request: asked, status: 200, body: answer.body };
    return { status: 200, answer };
  }

  /** `/pay/<session>`: the page, and what its buttons do. `?order=reversed&times=2` for this one payment. */
  async function pay(request: IncomingMessage, response: ServerResponse, at: URL, body: string): Promise<void> {
    const id = at.pathname.slice("/pay/".length);
    const session = state.find("checkout.session", id);
    if (!session) throw missing("checkout.session", id);
    if (request.method !== "POST" || session["status"] !== "open") {
      response.writeHead(request.method === "POST" ? 409 : 200, HTML).end(checkoutPage(session));
      return;
    }
    const outcome = new URLSearchParams(body).get("outcome") ?? at.searchParams.get("outcome") ?? "paid";
    const { happened, to } = outcome === "declined" ? decline(state, session, at) : take(state, session);
    keep();
    await announce(happened, mannerOf(manner, Object.fromEntries(at.searchParams)));
    response.writeHead(303, { location: to }).end();
  }

  /** `/sandbox/…`: what Stripe's dashboard, or chance, does. */
  async function control(at: URL, body: string): Promise<unknown> {
    const [, , what, id = "", status = ""] = at.pathname.split("/");
    if (what === "settings") return Object.assign(manner, mannerOf(manner, JSON.parse(body || "{}") as object));
    if (what === "disputes") {
      const type =
        status === "needs_response" ? "created" : status === "won" || status === "lost" ? "closed" : "updated";
      const object = dispute(state, id, status);
      await announce([[`charge.dispute.${type}`, object]]);
      return object;
    }
    if (what === "redeliver") {
      const chosen = state.events.filter(({ event }) => id === "all" || event.id === id);
      for (const sent of chosen) await deliver(state, sent, { url, secret });
    }
    return state.events;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? "/", origin);
    const body = await readText(request);
    if (at.pathname.startsWith("/pay/")) return pay(request, response, at, body);
    if (at.pathname.startsWith("/portal/")) return void response.writeHead(200, HTML).end("<h1>Sandbox portal</h1>");
    if (at.pathname.startsWith("/sandbox/")) return json(response, 200, await control(at, body));
    const { status, answer: answered } = await call(request, at, body);
    keep();
    const announced = announce(answered.happened);
    json(response, status, withoutOwn(answered.body));
    await announced;
  }

  const server = createServer((request, response) => {
    answer(request, response)
      .catch((error: unknown) => {
        const refused = error instanceof Refused ? error : new Refused(500, String(error), { type: "api_error" });
        json(response, refused.status, { error: refused.error });
      })
      .finally(keep);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    state,
    manner,
    async settled() {
      while (sending.size > 0) await Promise.allSettled(sending);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function take(state: State, session: StripeObject): { happened: Happened[]; to: string } {
  const to = String(session["success_url"]);
  if (session["mode"] === "subscription") return { happened: subscribe(state, session).happened, to };
  const { intent, charge, session: paid } = payIntent(state, session);
  return {
    happened: [
      ["charge.succeeded", charge],
      ["payment_intent.succeeded", intent],
      ["checkout.session.completed", paid],
    ],
    to,
  };
}

function decline(state: State, session: StripeObject, at: URL): { happened: Happened[]; to: string } {
  const to = at.pathname;
  if (session["mode"] === "subscription") return { happened: [], to };
  const { intent, charge } = declineIntent(state, session);
  return {
    happened: [
      ["charge.failed", charge],
      ["payment_intent.payment_failed", intent],
    ],
    to,
  };
}

function mannerOf(
  standard: Manner,
  { order, times, form, lost }: { order?: string; times?: string | number; form?: string; lost?: string | boolean },
): Manner {
  return {
    order: order === "reversed" || order === "asHappened" ? order : standard.order,
    times: times === undefined ? standard.times : Math.max(1, Math.floor(Number(times)) || 1),
    isLost: lost === undefined ? standard.isLost : String(lost) === "true",
    form: form === "2025-06-30.basil" || form === "2020-08-27" ? form : standard.form,
  };
}

/** What Stripe would not show. */
function withoutOwn(body: object): object {
  const { sandbox: _sandbox, ...shown } = body as Record<string, unknown>;
  return shown;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
