import fc from "fast-check";
import { answerCheck, type Check } from "./answers.ts";
import { arbitraryOf, type Components, idPlace, junk, spoiled, withIds } from "./arbitrary.ts";
import { everythingOf, ID } from "./behind.ts";
import { type Document, isSuccess, type Operation, pathOf } from "./document.ts";
import type { Good } from "./good-requests.ts";
import type { Browser } from "../people.ts";
import { owner } from "./people-makers.ts";
import type { Prepared } from "./prepared.ts";

interface Request {
  operation: Operation;
  good: Good;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

export interface Findings {
  requests: number;
  /** By status, how many. */
  statuses: Map<number, number>;
  /** Operations that answered with success at least once. */
  reached: Set<string>;
  /** Each kind of fault once, with the request that showed it. */
  faults: Map<string, string>;
}

const text = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
/** HTTP carries these in a header's value. */
const headerText = fc.string({ maxLength: 40 }).map((value) => value.replaceAll(/[^\x20-\x7e]/g, "?"));

const headers = fc.record(
  {
    "idempotency-key": fc.oneof(fc.nat(1_000).map(String), fc.constantFrom("1", "2"), headerText),
    "if-match": fc.oneof(fc.constantFrom('"1"', '"2"', 'W/"3"', "*"), headerText),
    "x-request-id": headerText,
    "accept-encoding": fc.constantFrom("identity", "br", ""),
  },
  { requiredKeys: [] },
);

function requestsOf(operation: Operation, good: Good, components: Components): fc.Arbitrary<Request> {
  const { parameters, body } = operation;
  const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const params = inPath.map((name): [string, fc.Arbitrary<string>] => [
    name,
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(good.params?.[name] ?? "nobody's") },
      { weight: 3, arbitrary: idPlace(good.params?.[name]?.slice(0, 3) ?? "*") },
      { weight: 1, arbitrary: idPlace("*") },
      { weight: 1, arbitrary: junk.map(text) },
    ),
  ]);
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const query = inQuery.map(({ name, schema }): [string, fc.Arbitrary<string>] => {
    const usual = arbitraryOf(schema, components, name).map(text);
    const goodValue = good.query?.[name];
    return [
      name,
      fc.oneof(
        { weight: 6, arbitrary: goodValue === undefined ? usual : fc.constant(goodValue) },
        { weight: 2, arbitrary: usual },
        { weight: 1, arbitrary: junk.map(text) },
      ),
    ];
  });
  const required = inQuery.filter((parameter) => parameter.required).map(({ name }) => name);
  const usual = body === undefined ? fc.constant(undefined) : arbitraryOf(body, components);
  const usually = good.body === undefined ? usual : fc.constant(good.body);
  return fc.record({
    operation: fc.constant(operation),
    good: fc.constant(good),
    params: fc.record(Object.fromEntries(params)),
    query: fc.record(Object.fromEntries(query), { requiredKeys: required }),
    headers: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    body:
      body === undefined
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 5, arbitrary: usual },
            { weight: 3, arbitrary: fc.oneof(usually, spoiled(usually)) },
            { weight: 3, arbitrary: spoiled(usual) },
            { weight: 1, arbitrary: junk },
          ),
  });
}

/** Requests come in rounds: what one round made is there for the ids of the next. */
const ROUND = 400;

/** So many requests as the document describes them and as it does not; the same seed asks the same. */
export async function fuzz(
  { shop, document, targets }: Prepared,
  { seed, runs, published }: { seed: number; runs: number; published: unknown },
): Promise<Findings> {
  const check = answerCheck(published);
  const arbitrary = fc.oneof(...targets.map(({ operation, good }) => requestsOf(operation, good, document.components)));
  const findings: Findings = { requests: 0, statuses: new Map(), reached: new Set(), faults: new Map() };
  for (let round = 0; round * ROUND < runs; round++) {
    const ids = Map.groupBy(new Set([...((await everythingOf(shop)).join("\n").match(ID) ?? []), "loc_main"]), (id) =>
      id.slice(0, 3),
    );
    const numRuns = Math.min(ROUND, runs - round * ROUND);
    for (const request of fc.sample(arbitrary, { seed: seed * 10_000 + round, numRuns }))
      await ask(shop, request, ids, { check, findings });
  }
  return findings;
}

/** Whoever asks what is for people; when their session is over, somebody else does. */
const people = {
  known: new WeakMap<Prepared["shop"], Promise<Browser>>(),
  of(shop: Prepared["shop"]): Promise<Browser> {
    const found = people.known.get(shop) ?? owner(shop);
    people.known.set(shop, found);
    return found;
  },
  forget: (shop: Prepared["shop"]) => void people.known.delete(shop),
};

async function ask(
  shop: Prepared["shop"],
  request: Request,
  ids: Map<string, string[]>,
  { check, findings }: { check: Check; findings: Findings },
): Promise<void> {
  const { operation, good } = request;
  const { params, query, body } = withIds(
    { params: request.params, query: request.query, body: request.body },
    ids,
  ) as Good;
  const path = pathOf(operation, { params: params ?? {}, query: query ?? {} });
  const person = operation.permission === "user" ? await people.of(shop) : undefined;
  const asking = person ?? good.shop ?? shop;
  const answer = await asking.request(operation.method, path, {
    headers: { ...request.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { raw: JSON.stringify(body) }),
  });
  if (person && answer.status === 401) people.forget(shop);
  findings.requests++;
  findings.statuses.set(answer.status, (findings.statuses.get(answer.status) ?? 0) + 1);
  if (isSuccess(answer.status)) findings.reached.add(operation.name);
  const fault = check(operation, answer);
  const name = `${operation.name} ${fault}`;
  if (fault === undefined || findings.faults.has(name)) return;
  const sent = JSON.stringify({ path, headers: request.headers, body }).slice(0, 600);
  const why = answer.status >= 500 ? (shop.failures().at(-1) ?? "").slice(0, 800) : answer.text.slice(0, 400);
  findings.faults.set(name, `${sent} → ${answer.status} ${why}`);
}

/** What a reader needs of it. */
export function report({ requests, statuses, reached, faults }: Findings, { operations }: Document): string {
  const byStatus = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  const lines = [...faults].map(([name, example]) => `✗ ${name}\n  ${example}`);
  return [
    `${requests} requests to ${operations.length} operations, ${reached.size} of which succeeded at least once`,
    byStatus.join(", "),
    ...lines,
  ].join("\n");
}
