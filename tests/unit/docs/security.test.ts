import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("docs/security.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| (?:API|V)\d/.test(line))
  .map((line) => {
    const [, id = "", , where = "", proof = ""] = line.split("|").map((cell) => cell.trim());
    return { id, where, proof };
  });
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, token = ""]) => token);
const isPath = (token: string) => /^(?:core|functions|local|stacks|tests|docs|\.ci)\/\S+$/.test(token);

test("the walk through both lists leaves no line out", () => {
  const ids = [
    ...Array.from({ length: 10 }, (_, at) => `API${at + 1}`),
    ...Array.from({ length: 14 }, (_, at) => `V${at + 1}`),
  ];
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test("each line names where it is met and what proves it", () => {
  for (const { id, where, proof } of rows) {
    expect(quoted(where).filter(isPath), id).not.toEqual([]);
    expect(quoted(proof), id).not.toEqual([]);
  }
});

test("the files that are named exist, wherever on the page, and the commands too", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const token of quoted(page)) {
    if (isPath(token)) expect(existsSync(token), token).toBe(true);
    const command = /^npm run ([\w-]+)/.exec(token)?.[1];
    if (command !== undefined) expect(Object.keys(scripts)).toContain(command);
  }
});

test("the proofs are quoted from the tests as they stand", () => {
  for (const { id, proof } of rows) {
    const proofs = [...proof.matchAll(/`([^`]+)` "([^"]+)"/g)];
    expect(proofs.length, id).toBe(quoted(proof).length);
    for (const [, path = "", phrase = ""] of proofs) {
      expect(path, id).toMatch(/^tests\/.+\.test\.ts$/);
      const text = statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : "";
      expect(text.includes(phrase), `${id}: ${path} does not say "${phrase}"`).toBe(true);
    }
  }
});
