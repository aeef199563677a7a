import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Goes by itself within a day, and is left to. */
const SHORT_LIVED = ["core/platform/mail.ts"];

describe("npm run rotate-credentials", () => {
  it("knows every noun that keeps sealed texts, and each says where", () => {
    const registry = readFileSync("local/rotate.ts", "utf8");
    const sealing = globSync("core/**/*.ts").filter(
      (path) =>
        path !== "core/platform/secrets.ts" &&
        path !== "core/platform/reseal.ts" &&
        /\bseal\(/.test(readFileSync(path, "utf8")),
    );
    expect(sealing.length).toBeGreaterThan(5);
    for (const path of sealing.filter((one) => !SHORT_LIVED.includes(one))) {
      const noun = path.split("/")[1] ?? "";
      expect(readFileSync(`core/${noun}/index.ts`, "utf8"), `${path} seals, but ${noun} has no SEALED`).toContain(
        "SEALED",
      );
      expect(registry, `${path} seals, but local/rotate.ts does not ask ${noun}`).toMatch(
        new RegExp(`\\.\\.\\.${noun}\\.SEALED`, "i"),
      );
    }
  });
});
