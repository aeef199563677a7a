import type { ZodType } from "zod";
import type { Context, Guest, Permission, Resources } from "../../core/platform/context.ts";
import type { Feature } from "../../core/platform/features.ts";
import type { ErrorCode } from "../../core/platform/errors.ts";
import type { ApiContext } from "./api-env.ts";
import type { RateClass } from "./middleware/rate-limits.ts";

type ParamNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;

/** What a handler gets of the request: raw, because the verb parses. */
export interface ApiRequest<Path = string> {
  params: Record<ParamNames<Path>, string>;
  query: Record<string, string>;
  /** The parsed JSON of a route that declares a body; otherwise undefined. */
  body: unknown;
  /** The version of If-Match, where the request has one. */
  expectedVersion: number | undefined;
}

interface Documented<Path> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** As OpenAPI writes it: `/v1/products/{id}`. */
  path: Path;
  tag: string;
  /** A few words in the imperative. */
  summary: string;
  description?: string;
  /** The verb's own schemas: they document here and parse there. */
  query?: ZodType;
  body?: ZodType;
  /** Of success; default 200. With 302 the handler returns `redirectTo(url)`. */
  status?: 200 | 201 | 202 | 204 | 302;
  /** Other statuses of success, with what they mean, which the handler answers by `answerWith(status, value)`. */
  otherStatuses?: Partial<Record<200 | 201 | 202, string>>;
  /** What success answers, as documentation: answers are not validated. */
  answer?: ZodType;
  /** Media types of success that is a file (`TextFile`), not JSON. */
  files?: string[];
  /** Beyond those that every route may answer. */
  errors?: ErrorCode[];
  /** Example bodies for the document; `bodies` where there are several, each by what it shows. */
  example?: { body?: unknown; bodies?: Record<string, unknown>; answer?: unknown };
}

/** A route for callers who are known. Its handler is one verb; what it returns is answered as JSON. */
export interface VerbRoute<Path = string> extends Documented<Path> {
  /** What the key or the member's role must allow. `anyKey` lets everybody of the organisation in, `user` people only. */
  permission: Permission | "anyKey" | "user";
  /** What can be switched off: then it answers FEATURE_DISABLED. */
  feature?: Feature;
  handle(ctx: Context, request: ApiRequest<Path>): Promise<unknown>;
}

/** A route for everyone. It has no actor, so it can reach no tenant's data. */
export interface PublicRoute<Path = string> extends Documented<Path> {
  permission: "public";
  /** What counts against the caller's address; default `address`. */
  limit?: RateClass;
  respond(resources: Resources, c: ApiContext): Promise<Response> | Response;
}

/** A route for people who are not known yet: the same as for those who are, with no organisation to act in. */
export interface GuestRoute<Path = string> extends Documented<Path> {
  permission: "public";
  /** What counts against the caller's address; default `address`. */
  limit?: RateClass;
  serve(guest: Guest, request: ApiRequest<Path>): Promise<unknown>;
}

export type Route = VerbRoute | PublicRoute | GuestRoute;

/** Declares a route; the names in its path type `request.params`. */
export function route<const Path extends string>(
  definition: VerbRoute<Path> | PublicRoute<Path> | GuestRoute<Path>,
): Route {
  return definition;
}
