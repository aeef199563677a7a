import { beforeAll, describe, expect, test } from "vitest";
import { isSwitchedOff } from "../../../support/api/answers.ts";
import { everythingOf, isId, nobodys } from "../../../support/api/behind.ts";
import { isSuccess, type Operation, pathOf } from "../../../support/api/document.ts";
import { furnish } from "../../../support/api/good-requests.ts";
import { aShop, type Shop } from "../../../support/api/makers.ts";
import { type Prepared, prepareAll, type Target } from "../../../support/api/prepared.ts";
import { type Answer, expectError } from "../../../support/harness.ts";

let prepared: Prepared;
/** What somebody must be known for: by a key, or by a session. */
let known: Target[];
let withKey: Target[];
let victim: Shop;
/** One id of the victim's of every kind. */
let ids: Map<string, string>;
let cursors: Map<string, string>;
let before: string[];

beforeAll(async () => {
  victim = await aShop();
  ids = await furnish(victim);
  ids.set("sku", `${victim.mark}-1`);
  ids.delete("req");
  prepared = await prepareAll();
  known = prepared.targets.filter(({ operation }) => operation.permission !== "public");
  withKey = known.filter(({ operation }) => operation.permission !== "user");
  cursors = await cursorsOf(victim);
  before = await everythingOf(victim);
});

const isList = ({ operation }: Target) => operation.parameters.some(({ name }) => name === "cursor");

/** Suggestions are made by walking the rules, whose cursors are theirs. */
const SAME_LIST: Record<string, string> = {
  "get /v1/inventory/reorder-rules": "get /v1/inventory/reorder-suggestions",
};

/** Where the victim's lists go on, by operation. */
async function cursorsOf(shop: Shop): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { operation } of withKey.filter((target) => isList(target) && !target.operation.path.includes("{"))) {
    const path = pathOf(operation, { query: { limit: "1" } });
    const { body } = await shop.request<{ nextCursor?: string }>("GET", path);
    if (body.nextCursor !== undefined) found.set(operation.name, body.nextCursor);
  }
  return found;
}

/** What the answer says, but for what differs from request to request; `named` is what the asker wrote themselves. */
function said(answer: Answer<unknown>, named: string): string {
  const own = answer.text.replaceAll(named, "…").replaceAll(encodeURIComponent(named), "…");
  return `${answer.status} ${own.replaceAll(/"(?:requestId|timestamp|nextCursor)":"[^"]*"/g, "")}`;
}

/** Some at once: it is the emulators that are waited for. */
async function eachKind(work: (id: string) => Promise<void>): Promise<void> {
  await Promise.all([...ids.values()].map(work));
}

function expectNothingOfTheVictim(answer: Answer<unknown>, operation: Operation, named = ""): void {
  const rest = named === "" ? answer.text : answer.text.replaceAll(named, "");
  expect(rest.includes(victim.mark), `${operation.name} shows the victim's text: ${rest}`).toBe(false);
  for (const id of ids.values()) expect(rest.includes(id), `${operation.name} shows ${id}: ${rest}`).toBe(false);
}

describe("another organisation's id", () => {
  test("is not found in the path of any operation, whatever kind it is of", async () => {
    const failures: string[] = [];
    for (const target of known) {
      for (const name of Object.keys(target.good.params ?? {}))
        await eachKind(async (id) => {
          const params = { ...target.good.params, [name]: id };
          const answer = await prepared.ask(target, { params });
          expectNothingOfTheVictim(answer, target.operation, id);
          if (answer.status !== 404) failures.push(`${target.operation.name} with ${id}: ${answer.text}`);
        });
    }
    expect(failures).toEqual([]);
  });

  test("in a query cannot be told from one that nobody has, and shows nothing", async () => {
    const failures: string[] = [];
    for (const target of known) {
      const texts = target.operation.parameters.filter((parameter) => parameter.in === "query");
      for (const { name } of texts)
        await eachKind(async (id) => {
          const ask = (value: string) => prepared.ask(target, { query: { ...target.good.query, [name]: value } });
          const [theirs, noones] = [await ask(id), await ask(nobodys(id))];
          expectNothingOfTheVictim(theirs, target.operation, id);
          if (said(theirs, id) !== said(noones, nobodys(id)))
            failures.push(`${target.operation.name} ?${name}=${id}: ${theirs.text} but ${noones.text}`);
        });
    }
    expect(failures).toEqual([]);
  });

  test("in a body is refused wherever an id stands, and cannot be told from one that nobody has", async () => {
    const failures: string[] = [];
    let tried = 0;
    for (const target of known) {
      const text = JSON.stringify(target.good.body ?? {});
      for (const own of new Set(text.match(/\b[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}\b/g))) {
        const id = ids.get(own.slice(0, 3));
        if (id === undefined || !isId(own)) continue;
        const ask = (value: string) => prepared.ask(target, { body: JSON.parse(text.replaceAll(own, value)) });
        const [theirs, noones] = [await ask(id), await ask(nobodys(id))];
        tried++;
        expectNothingOfTheVictim(theirs, target.operation, id);
        // Work of many lines answers for each line by itself.
        const isRefused = theirs.text.includes('"code":"NOT_FOUND"');
        const isSame = isSuccess(theirs.status) || said(theirs, id) === said(noones, nobodys(id));
        if (!isRefused || !isSame)
          failures.push(`${target.operation.name} {${own.slice(0, 3)}}: ${theirs.text} but ${noones.text}`);
      }
    }
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(15);
  });

  test("in a field that its good request leaves out is as good as one that nobody has", async () => {
    const failures: string[] = [];
    for (const target of known) {
      const fields = Object.keys(target.operation.body?.["properties"] ?? {});
      for (const field of fields.filter((name) => /Ids?$/.test(name) && !/^(?:external|platform)/.test(name)))
        await eachKind(async (id) => {
          const ask = (value: string) =>
            prepared.ask(target, {
              body: { ...(target.good.body as object), [field]: field.endsWith("s") ? [value] : value },
            });
          const [theirs, noones] = [await ask(id), await ask(nobodys(id))];
          expectNothingOfTheVictim(theirs, target.operation, id);
          const isTaken = isSuccess(theirs.status) && !target.operation.permission.endsWith(".read");
          if (isTaken || said(theirs, id) !== said(noones, nobodys(id)))
            failures.push(`${target.operation.name} ${field}=${id}: ${theirs.text} but ${noones.text}`);
        });
    }
    expect(failures).toEqual([]);
  });
});

describe("a list", () => {
  test("shows nothing of another organisation, filtered or not", async () => {
    for (const target of known.filter(({ operation }) => operation.method === "GET"))
      expectNothingOfTheVictim(await prepared.ask(target), target.operation);
  });

  test("refuses a cursor of another organisation, of another list, and one that was altered", async () => {
    expect(cursors.size, "the victim has two of each kind, so most lists have a second page").toBeGreaterThan(15);
    const names = [...cursors.keys()];
    for (const target of withKey.filter(isList)) {
      const { name, path } = target.operation;
      const ask = (shop: Shop, cursor: string) =>
        prepared.ask(target, { shop, query: { ...target.good.query, cursor } });
      const theirs = cursors.get(name) ?? cursors.get(names[0] ?? "") ?? "";
      const ofAnother = names.find((other) => other !== name && SAME_LIST[other] !== name) ?? "";
      for (const answer of [
        await ask(prepared.shop, theirs),
        await ask(prepared.shop, `${theirs.slice(0, -2)}${theirs.endsWith("A") ? "B" : "A"}`),
        await ask(prepared.shop, "not one"),
        ...(path.includes("{") ? [] : [await ask(victim, cursors.get(ofAnother) ?? "")]),
      ]) {
        if (isSwitchedOff(answer)) continue;
        expect(answer.status, `${name}: ${answer.text}`).toBe(400);
        expectError(answer, 400, "INVALID_CURSOR");
      }
    }
  });
});

test("nothing of the victim was changed by any of it", async () => {
  expect(await everythingOf(victim)).toEqual(before);
});
