import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inspect } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import * as Accounts from "../../../core/accounts/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { everyItem } from "../../../local/rotate.ts";
import { FAULT_KINDS } from "../../../local/sandbox/provider/faults.ts";
import { type Asked, startProvider } from "../../../local/sandbox/provider/server.ts";
import { apiHarness, type Call } from "../../support/harness.ts";
import { ownTable } from "../../support/own-table.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "../../support/recording.ts";

const MARK = "marker0clear0text0";
const mark = (what: string) => `${MARK}${what}`;

/** A provider at its worst: whatever goes wrong, its answer repeats all that it was sent. */
async function gossip() {
  const modes = { refusesTokens: false, status: 200 };
  const echo = ({ method, path, query, header, body }: Asked) => ({
    error: "invalid_grant",
    error_description: [method, path, query.toString(), header("authorization"), header("x-api-key"), body].join(" "),
  });
  let tokens = 0;
  const provider = await startProvider({
    errorBody: (status, message) => ({ status, message, about: mark("inAnAnswer") }),
    answer: (asked) => {
      if (asked.path !== "/oauth/token")
        return { status: modes.status, body: { ...echo(asked), pageNumber: mark("aValue") } };
      if (modes.refusesTokens) return { status: 403, body: echo(asked) };
      const token = { access_token: mark(`Access${++tokens}`), refresh_token: mark(`Refresh${tokens}`) };
      return { status: 200, body: { ...token, expires_in: 43_200, token_type: "Bearer" } };
    },
  });
  onTestFinished(() => provider.stop());
  return { provider, modes };
}

/** Calls of a resource as they are made, with what they are given. */
function overheard<T extends object>(resource: T, said: unknown[]): T {
  return new Proxy(resource, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        said.push(given);
        return Reflect.apply(value, target, given);
      };
    },
  });
}

it("credentials and tokens are in no log, answer, error, metric, message, file or item in clear, whatever goes wrong", async () => {
  const { provider, modes } = await gossip();
  const log = recordingLog();
  const metrics = recordingMetrics();
  const said: unknown[] = [];
  const { now, advance } = stoppedClock(Date.now());
  const plain = await apiHarness({ tableName: await ownTable() });
  const config = {
    publicUrl: "http://localhost",
    connectorBases: new Map([["stockx", { api: provider.url, auth: provider.url }]]),
  };
  const http = createHttpClient({ metrics, log, now, sleep: async () => {}, allowPrivateAddresses: true });
  const { queues, objects } = plain.ctx;
  const api = await apiHarness({
    log,
    metrics,
    now,
    config,
    resources: { http, queues: overheard(queues, said), objects: overheard(objects, said) },
  });
  const ask = async (method: string, path: string, call?: Call) => {
    const answer = await api.request<{ id: string; url: string }>(method, path, call);
    said.push(answer.text, [...answer.headers]);
    return answer;
  };

  const credentials = { clientId: "demo-client", clientSecret: mark("Secret"), apiKey: mark("ApiKey") };
  const body = { provider: "stockx", name: "Main account", credentials };
  const headers = { "idempotency-key": "connect" };
  const { id } = (await ask("POST", "/v1/accounts", { body, headers, expected: 201 })).body;
  await ask("POST", "/v1/accounts", { body, headers, expected: 201 });
  await ask("POST", "/v1/accounts", {
    body: { ...body, credentials: { ...credentials, odd: mark("Odd") } },
    expected: 400,
  });
  await ask("POST", "/v1/accounts", { body: { ...body, credentials: { apiKey: `${MARK}\u0007` } }, expected: 400 });
  const { url } = (await ask("POST", `/v1/accounts/${id}/authorize`, { expected: 200 })).body;
  const state = new URL(url).searchParams.get("state") ?? "";
  const back = `/v1/accounts/authorized/stockx?state=${state}&code=${mark("Code")}`;
  await ask("GET", back, { secret: null, expected: 200 });
  await ask("PATCH", `/v1/accounts/${id}`, { body: { credentials: { apiKey: mark("NewKey") } }, expected: 200 });
  const again = (await ask("POST", `/v1/accounts/${id}/authorize`, { expected: 200 })).body;
  const secondState = new URL(again.url).searchParams.get("state") ?? "";
  await ask("GET", back.replace(state, secondState), { secret: null, expected: 200 });

  const request = { base: "api", method: "GET", path: "/v2/selling/listings", timeoutMs: 200 } as const;
  const schema = z.object({ pageNumber: z.number() });
  const attempts = async () => {
    // Past every pause, and past what keeps a broken circuit open.
    advance(300_000);
    const sleep = async (ms: number) => advance(ms);
    const { connection } = await Accounts.openAccount(api.ctx, id, { urgency: "urgent", sleep });
    await connection.call(request, schema);
  };
  for (const kind of FAULT_KINDS) {
    provider.faults.set([{ kind, match: "/v2/", times: 3, retryAfterSeconds: 0 }]);
    await attempts().catch((error: unknown) => said.push(error));
  }
  provider.faults.set([]);
  for (const status of [200, 400, 401, 403, 409, 422, 500]) {
    modes.status = status;
    await attempts().catch((error: unknown) => said.push(error));
  }
  modes.refusesTokens = true;
  modes.status = 401;
  await attempts().catch((error: unknown) => said.push(error));
  expect((await Accounts.getAccount(api.ctx, id)).status).toBe("needsAuthorization");
  await ask("POST", `/v1/accounts/${id}/check`, { expected: 202 });
  const due = { kind: Accounts.CHECK_DUE, id, organizationId: api.organization.id, currency: "USD" };
  const { checkRequestedAt: dueAt = "" } = await Accounts.getAccount(api.ctx, id);
  await Accounts.checkAccount(api.ctx, { ...due, dueAt });
  for (const path of [`/v1/accounts/${id}`, "/v1/accounts", `/v1/accounts/${id}/quota`, "/v1/audit", "/v1/connectors"])
    await ask("GET", path);

  // All of this did go over the wire, and did go wrong.
  expect(provider.calls.length).toBeGreaterThan(30);
  expect(said.filter((one) => one instanceof Error).length).toBeGreaterThan(FAULT_KINDS.length);
  expect(log.lines.length).toBeGreaterThan(5);
  const everything = inspect([said, log.lines, metrics.counts, metrics.gauges], {
    depth: 30,
    maxStringLength: null,
    maxArrayLength: null,
  });
  expect(everything).not.toContain(MARK);

  const client = new DynamoDBClient({});
  const items: unknown[] = [];
  for await (const page of everyItem(client, api.ctx.config.tableName)) items.push(...page);
  client.destroy();
  const kept = JSON.stringify(items);
  expect(kept).toContain(id);
  expect(kept).not.toContain(MARK);
  expect(kept).not.toContain(Buffer.from(MARK).toString("base64").slice(0, 20));
}, 120_000);
