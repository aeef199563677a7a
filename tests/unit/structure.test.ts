import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROUTES } from "../../functions/api/routes/index.ts";

const read = (path: string) => readFileSync(path, "utf8");
const linesOf = (path: string) => read(path).trimEnd().split("\n").length;
const importsOf = (path: string) => [...read(path).matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);

/** The three transitions of a product are made by one function, seven steps of an order by another, six of a purchase order by a third. */
const SHARED = 2 + 6 + 5;
const routeFiles = globSync("functions/api/routes/*.ts");

describe("a route", () => {
  test("S3-17: is written in a file of fewer than 100 lines on average", () => {
    const lines = routeFiles.map(linesOf);
    expect(lines.reduce((sum, count) => sum + count, 0) / lines.length).toBeLessThanOrEqual(100);
  });

  // A body may name another noun's resource, which the verb's noun may not know: the route asks that noun first.
  test("S3-34: only calls a verb, once, and shapes its answer", () => {
    const handlers = routeFiles.flatMap((file) => [
      ...read(file).matchAll(/^ +(?:async )?(?:handle|serve)(?:: |(?=\())(.*?)^ +\}\)[,;]$/gms),
    ]);
    expect(handlers).toHaveLength(ROUTES.filter((route) => !("respond" in route)).length - SHARED);
    for (const [, handler = ""] of handlers) {
      expect(handler.trimEnd().split("\n").length, handler).toBeLessThanOrEqual(6);
      const verbs = handler.match(
        /\b(?:Accounts|Audit|Billing|Catalog|Channels|Finance|Identity|Imports|Inbound|Inventory|Listings|Orders|Organizations|Outbound|Privacy|Production|Purchasing|Sourcing|Suppliers|Uploads)\.(?!view|require)\w+\(|\b(?:take|limitStatus)\(/g,
      );
      expect(verbs, handler).toHaveLength(1);
    }
  });

  test("S3-13: knows verbs and schemas only, no store, no SDK and no provider", () => {
    const allowed = [
      /^zod$/,
      /^\.\.?\/(?:answers\/)?[\w-]+\.ts$/,
      /^\.\.\/\.\.\/\.\.\/core\/[\w-]+\/index\.ts$/,
      /^\.\.\/\.\.\/\.\.\/core\/platform\/(?:errors|resources)\.ts$/,
    ];
    for (const file of routeFiles) {
      const others = importsOf(file).filter((from) => !allowed.some((pattern) => pattern.test(from)));
      expect(others, file).toEqual([]);
    }
  });
});

test("S1-04: an entry file has fewer than 50 lines", () => {
  for (const path of ["functions/api/index.ts", "functions/docs/index.ts", "local/main.ts", "sst.config.ts"])
    expect(linesOf(path), path).toBeLessThan(50);
});

test("S0-09: clients of the stores are made in one place", () => {
  const makers = globSync("{core,functions}/**/*.ts").filter((path) =>
    /new (?:DynamoDB|SQS|S3)Client\(/.test(read(path)),
  );
  expect(makers).toEqual(["functions/resources.ts"]);
});

test("schemas are made on first use, since a cold start pays for every one it makes", () => {
  const eager = /^(?:export )?const \w+ = (?:z\b(?!\.lazy\()|\w+(?:Schema|Answer)\.)/m;
  const makers = globSync("{core,functions}/**/*.ts").filter((path) => eager.test(read(path)));
  // The configuration is read at once; the document's own module is imported when it is asked for.
  expect(makers.toSorted()).toEqual(["core/platform/config.ts", "functions/api/openapi.ts"]);
});
