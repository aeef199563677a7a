import type { TestProject } from "vitest/node";
import { evaluateAll } from "./evaluation/run.ts";
import { ensurePlatform } from "./platform.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Evaluates every scenario once for all the files of tests/infra. */
export default async function setup(project: TestProject): Promise<void> {
  const platform = ensurePlatform();
  project.provide(
    "infra",
    platform.ready ? { evaluations: await evaluateAll(SCENARIOS) } : { skipped: platform.reason },
  );
}
