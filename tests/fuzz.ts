/** `npm run fuzz -- --runs 100000 --seed 7`: many more requests than `npm test` makes, and what became of them. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
const { runs, seed } = values;
if (!/^\d{1,8}$/.test(runs) || !/^\d{1,8}$/.test(seed)) {
  process.stderr.write("npm run fuzz -- --runs <how many requests> --seed <a number: the same one asks the same>\n");
  process.exit(2);
}
process.stdout.write(`Seed ${seed}\n`);
const { status } = spawnSync("vitest", ["run", "tests/integration/api/every-route/fuzz.test.ts"], {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed },
});
process.exit(status ?? 1);
