import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  CloseRequestSchema,
  CreateRequestSchema,
  type Person,
  type PrivacyRequest,
  type PrivacyRequestView,
} from "./request.ts";
import { dueWritesOf, requests, sealPerson, viewRequest } from "./request.store.ts";

type Asked = Pick<PrivacyRequest, "kind" | "cause" | "evenIfOpen"> & { note?: string };

/** A request as writes: an erasure is due at once, the others wait for people. */
export function newRequest(ctx: Context, asked: Asked, person: Person): { request: PrivacyRequest; writes: Write[] } {
  const base = newResource(ctx, "privacyRequest");
  const { kind, cause } = asked;
  const request: PrivacyRequest = {
    ...base,
    ...asked,
    status: "open",
    sealedPerson: sealPerson(ctx, base.id, person),
    ordersErased: 0,
    ordersWaiting: 0,
    createdBy: ctx.actor.id,
    ...(kind === "erasure" ? { dueAt: timestamp(ctx) } : {}),
  };
  const writes = [
    requests.createWrite(ctx, request),
    ...dueWritesOf(ctx, undefined, request),
    outboxWrite(ctx, "privacy.requested", { id: request.id, kind, cause }),
  ];
  return { request, writes };
}

/** Notes that somebody wants their data, or wants it erased, which then happens within minutes. Throws VALIDATION_ERROR. */
export async function createRequest(ctx: Context, input: unknown): Promise<PrivacyRequestView> {
  requirePermission(ctx, "organization.manage");
  const { kind, evenIfOpen, ...person } = parse(CreateRequestSchema, input);
  const made = await idempotent<PrivacyRequest>(ctx, "privacy.createRequest", input, (commit) => {
    const { request, writes } = newRequest(ctx, { kind, cause: "operator", evenIfOpen }, person);
    return commit(writes, request);
  });
  return viewRequest(ctx, made);
}

/** Newest first, those of channels among them. */
export async function listRequests(ctx: Context, input: unknown): Promise<Page<PrivacyRequestView>> {
  requirePermission(ctx, "organization.manage");
  const { items, ...page } = await requests.list(ctx, parse(PageSchema, input));
  return { ...page, items: items.map((request) => viewRequest(ctx, request)) };
}

/** Throws NOT_FOUND. */
export async function getRequest(ctx: Context, id: string): Promise<PrivacyRequestView> {
  requirePermission(ctx, "organization.manage");
  return viewRequest(ctx, await requests.get(ctx, id));
}

/** Says what was done about a request. Throws NOT_FOUND, STATE_CONFLICT where it is done already. */
export async function closeRequest(
  ctx: Context,
  { id, input }: { id: string; input: unknown },
): Promise<PrivacyRequestView> {
  requirePermission(ctx, "organization.manage");
  const { note } = parse(CloseRequestSchema, input);
  const request = await idempotent<PrivacyRequest>(ctx, "privacy.closeRequest", { id, note }, async (commit) => {
    const current = await requests.get(ctx, id);
    if (current.status === "done") throw isDone(id);
    const { sealedPerson: _person, dueAt: _due, ...rest } = current;
    const closed = revise<PrivacyRequest>(ctx, "Privacy request", rest, { status: "done", note });
    try {
      return await commit(doneWrites(ctx, current, closed), closed);
    } catch (error) {
      if (error instanceof TransactionCanceled && error.failedAt(0)) throw isDone(id);
      throw error;
    }
  });
  return viewRequest(ctx, request);
}

/** The request as it shall be, first, under its condition. */
export function doneWrites(ctx: Context, before: PrivacyRequest, after: PrivacyRequest): Write[] {
  const { id, kind, cause, ordersErased } = after;
  return [
    requests.replaceWrite(ctx, after),
    ...dueWritesOf(ctx, before, after),
    outboxWrite(ctx, "privacy.done", { id, kind, cause, ordersErased }),
  ];
}

const isDone = (id: string) => new AppError("STATE_CONFLICT", "The request is done", { details: { id } });
