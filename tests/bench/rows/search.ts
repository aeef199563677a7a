import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchCloud } from "../support/cloud.ts";
import { say } from "../support/print.ts";

const FILE = fileURLToPath(new URL("../search.ts", import.meta.url));
/** Of long texts, whose indexing is what takes the time: larger ones by hand. */
const OPTIONS = ["--sizes", "100,500", "--repeats", "30"];

/** Kinds of query in catalogues of two sizes; it has a database of its own, and says itself what it shows. */
export async function search(_cloud: BenchCloud, options: string[]): Promise<void> {
  say("\nSearch by kind of query, descriptions of fifty words");
  const child = spawn(process.execPath, [FILE, ...(options.length > 0 ? options : OPTIONS)], { stdio: "inherit" });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`The search row ended with ${String(code)}`);
}
