import { expect, test } from "vitest";
import { isSwitchedOff } from "../../../support/api/answers.ts";
import { isSuccess, type Operation } from "../../../support/api/document.ts";
import { unknownPreparations } from "../../../support/api/good-requests.ts";
import { prepareAll } from "../../../support/api/prepared.ts";

/** What proves itself by more than a key or a session (a signature, a password) is attacked in tests of its own. */
const provesItself = ({ permission, method, path }: Operation) =>
  permission === "public" && (method !== "GET" || path.includes("{"));

test("every operation of the document has a request that succeeds, without which no attack on it proves anything", async () => {
  const { targets, document, ask } = await prepareAll();
  const failures: string[] = [];
  for (const target of targets.filter(({ operation }) => !provesItself(operation))) {
    const answer = await ask(target);
    if (!isSuccess(answer.status) && !isSwitchedOff(answer))
      failures.push(`${target.operation.name}: ${answer.status} ${answer.text}`);
  }
  expect(failures, "teach tests/support/api/good-requests.ts the requests of new routes").toEqual([]);
  expect(unknownPreparations(document.operations)).toEqual([]);
});
