import { expect, test } from "vitest";
import { fuzz, report } from "../../../support/api/fuzz.ts";
import { prepareAll } from "../../../support/api/prepared.ts";

/** `npm run fuzz -- --runs 100000 --seed 7` sets these. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 3_000);
const seed = Number(process.env["FUZZ_SEED"] ?? 1);

test("whatever is asked, the answer is as the OpenAPI document has it, and never a fault of ours", {
  timeout: 120_000 + runs * 100,
}, async () => {
  const prepared = await prepareAll();
  const { body: published } = await prepared.shop.request("GET", "/openapi.json", { expected: 200 });
  const findings = await fuzz(prepared, { seed, runs, published });
  const summary = report(findings, prepared.document);
  if (process.env["FUZZ_RUNS"] !== undefined) process.stdout.write(`${summary}\n`);
  expect([...findings.faults.keys()], summary).toEqual([]);
  // A fuzzer whose every request is refused at the door would prove little.
  expect(findings.reached.size, summary).toBeGreaterThan(prepared.document.operations.length / 2);
});
