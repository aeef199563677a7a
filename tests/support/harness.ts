import { expect } from "vitest";
import * as Organizations from "../../core/organizations/index.ts";
import type { Config } from "../../core/platform/config.ts";
import { type Context, createContext, PERMISSIONS, type Permission, systemActor } from "../../core/platform/context.ts";
import { type Api, createApp } from "../../functions/api/app.ts";
import type { ResourceOptions } from "../../functions/resources.ts";
import type { Route } from "../../functions/api/route.ts";
import { cloudContext } from "./cloud.ts";

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

export interface Call {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with the content type in `headers`. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Another key than the harness's own; `null` sends none. */
  secret?: string | null;
  /** The status that the answer must have; a failure shows the answer. */
  expected?: number;
}

export interface Harness {
  api: Api;
  /** The organisation's own context, allowed everything: for preparing and for looking behind the API. */
  ctx: Context;
  organization: Organizations.Organization;
  /** A key with every permission. */
  secret: string;
  keyId: string;
  request<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<Answer<T>>;
  /** The secret of a new key with just these permissions. */
  keyWith(permissions: Permission[]): Promise<string>;
}

export interface HarnessOptions extends ResourceOptions {
  currency?: string;
  config?: Partial<Config>;
  /** Puts something else in a resource's place: a table that fails, a cache that is up. */
  resources?: Partial<Context>;
  routes?: readonly Route[];
  /** Another table than the run's (own-table.ts). */
  tableName?: string;
}

/** The whole API over this run's emulators, with an organisation and a key that no other test has. */
export async function apiHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { currency = "USD", config = {}, resources: changes = {}, routes, ...resourceOptions } = options;
  const real = cloudContext(resourceOptions);
  const resources = { ...real, config: { ...real.config, ...config }, ...changes };
  const organization = await Organizations.createOrganization(real, { name: "Test shop", currency });
  const actor = systemActor(organization.id, currency, "test");
  const ctx = createContext(resources, { actor, requestId: "req_test" });
  const setUp = createContext(real, { actor, requestId: "req_test" });
  const makeKey = (permissions: readonly Permission[]) =>
    Organizations.createApiKey(setUp, { name: "Test", permissions });
  const loadGiven = async () => routes ?? [];
  const own = await makeKey(PERMISSIONS);
  const api = routes ? createApp(resources, () => loadGiven) : createApp(resources);

  return {
    api,
    ctx,
    organization,
    secret: own.secret,
    keyId: own.id,
    keyWith: async (permissions) => (await makeKey(permissions)).secret,
    async request<T>(method: string, path: string, call: Call = {}): Promise<Answer<T>> {
      const { body, raw, headers = {}, secret = own.secret, expected } = call;
      const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
      const response = await api.fetch(
        new Request(`http://localhost${path}`, {
          method,
          body: sent,
          headers: {
            ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
        }),
      );
      await api.settled();
      const text = await response.text();
      if (expected !== undefined) expect(response.status, `${method} ${path} answered ${text}`).toBe(expected);
      const isJson = response.headers.get("content-type") === "application/json" && text !== "";
      const isPlain = response.headers.get("content-encoding") === null;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: (isJson && isPlain ? JSON.parse(text) : {}) as T,
      };
    },
  };
}

/** The one form that every error has. */
export function expectError(answer: Answer<unknown>, status: number, code: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body).toEqual({
    error: expect.objectContaining({ code, message: expect.any(String) }),
    requestId: answer.headers.get("x-request-id"),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  const { error } = answer.body as { error: object };
  expect(["code", "message", "details", "field"]).toEqual(expect.arrayContaining(Object.keys(error)));
}
