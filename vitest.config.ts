import { defineConfig } from "vitest/config";

const emulators = "tests/support/emulators.ts";

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "reports/tests.json" }]],
    // Two cores: more workers would only wait for each other and for the emulators.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: "v8",
      include: ["core/**"],
      reporter: ["text-summary", "json-summary"],
      reportsDirectory: "coverage",
      thresholds: { lines: 80, statements: 80, functions: 80, branches: 75 },
    },
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "emulators", include: ["tests/{integration,faults}/**/*.test.ts"], globalSetup: [emulators] },
      },
      { extends: true, test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], fileParallelism: false } },
      {
        extends: true,
        test: { name: "infra", include: ["tests/infra/**/*.test.ts"], globalSetup: ["tests/infra/global-setup.ts"] },
      },
    ],
  },
});
