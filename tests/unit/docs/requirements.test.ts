import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Uploads from "../../../core/uploads/index.ts";
import { ROUTES } from "../../../functions/api/routes/index.ts";

interface Row {
  id: string;
  where: string;
  proof: string;
  status: string;
}

const VERBS: Record<string, object> = { Catalog, Orders, Uploads };
const LATER = ["orders", "inventory", "connectors", "identity", "billing", "automation", "analytics", "operations"];
const HOW_MANY = { S0: 80, S1: 39, S2: 23, S3: 34, S4: 22, D: 14 };

const page = readFileSync("docs/requirements.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| (?:S\d|D)-\d/.test(line))
  .map((line): Row => {
    const [, id = "", , where = "", proof = "", status = ""] = line.split("|").map((cell) => cell.trim());
    return { id, where, proof, status };
  });

const textOf = (path: string) => (statSync(path).isFile() ? readFileSync(path, "utf8") : "");
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, token = ""]) => token);
const isPath = (token: string) =>
  /^(?:core|functions|local|stacks|tests|docs|\.ci)\//.test(token) || /^[\w.-]+\.(?:md|ts|json|cjs)$|^\.\w/.test(token);
const proofsOf = ({ proof }: Row) =>
  [...proof.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, path = "", phrase = ""]) => ({ path, phrase }));

describe("docs/requirements.md", () => {
  test("has every requirement once, in order", () => {
    const ids = Object.entries(HOW_MANY).flatMap(([system, count]) =>
      Array.from({ length: count }, (_, index) => `${system}-${String(index + 1).padStart(2, "0")}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  test("names only files that exist, wherever on the page", () => {
    const missing = quoted(page).filter((token) => isPath(token) && !existsSync(token));
    expect(missing).toEqual([]);
  });

  test("names only routes, verbs and names of the code that there are", () => {
    const routes = new Set(ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
    const knows = (token: string, files: string[]) => {
      if (token.includes(" ")) return routes.has(token);
      const [noun = "", verb = ""] = token.split(".");
      return noun in VERBS ? verb in (VERBS[noun] ?? {}) : files.some((file) => textOf(file).includes(token));
    };
    for (const { id, where } of rows) {
      const tokens = quoted(where);
      const files = tokens.filter(isPath);
      const unknown = tokens.filter((token) => !isPath(token) && !knows(token, files));
      expect(unknown, id).toEqual([]);
    }
  });

  test("names a place and a proof for whatever is done", () => {
    for (const row of rows.filter(({ status }) => status === "done")) {
      expect(quoted(row.where), row.id).not.toEqual([]);
      expect(proofsOf(row), row.id).not.toEqual([]);
    }
  });

  test("quotes its proofs from the tests as they stand", () => {
    for (const row of rows) {
      expect(proofsOf(row).length, row.id).toBe(quoted(row.proof).length);
      for (const { path, phrase } of proofsOf(row)) {
        expect(path, row.id).toMatch(/^tests\/.+\.test\.ts$|^tests\/run\.ts$/);
        expect(textOf(path).includes(phrase), `${row.id}: ${path} does not say "${phrase}"`).toBe(true);
      }
    }
  });

  test("has a status for each: done, later with its capabilities, or not applicable with the reason", () => {
    for (const { id, status } of rows) {
      const later = /^later: (.+)$/.exec(status)?.[1]?.split(", ");
      if (later) expect(LATER, id).toEqual(expect.arrayContaining(later));
      else expect(status, id).toMatch(/^done$|^n\/a: .{10,}/);
    }
  });

  test("counts its lines as they are", () => {
    const count = (status: string) => rows.filter((row) => row.status.startsWith(status)).length;
    expect(page).toContain(
      `Of ${rows.length} lines ${count("done")} are done, ${count("later")} come later and ${count("n/a")} do not apply.`,
    );
  });
});
