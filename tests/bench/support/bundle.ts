import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Bundle {
  /** The file with the handler. */
  file: string;
  /** What a cold start reads: the entry and what it imports at once. Bytes, minified. */
  entryBytes: number;
  /** With what is imported on first use. */
  totalBytes: number;
  /** What weighs most of what a cold start reads: packages, and our own folders. */
  heaviest: { name: string; bytes: number }[];
}

/** Bundles a handler as `sst deploy` does with the options of stacks/function.ts: ESM, minified, split at dynamic imports. */
export async function bundle(source: string, outdir: string): Promise<Bundle> {
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: false,
    platform: "node",
    target: "esnext",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native"],
    metafile: true,
    logLevel: "error",
    banner: { js: REQUIRE },
  });
  const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source)?.[0] ?? "";
  const atOnce = importedAtOnce(metafile, entry);
  const sum = (files: Iterable<string>) =>
    [...files].reduce((bytes, name) => bytes + (metafile.outputs[name]?.bytes ?? 0), 0);
  return {
    file: join(ROOT, entry),
    entryBytes: sum(atOnce),
    totalBytes: sum(Object.keys(metafile.outputs)),
    heaviest: heaviest(metafile, atOnce),
  };
}

/** What CommonJS packages expect to find; SST prepends the same names. */
const REQUIRE = [
  'import { createRequire as topLevelCreateRequire } from "node:module";',
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileURLToPath } from "node:url";',
  "const __filename = topLevelFileURLToPath(import.meta.url);",
  'const __dirname = topLevelFileURLToPath(new URL(".", import.meta.url));',
].join("\n");

function importedAtOnce({ outputs }: Metafile, entry: string): Set<string> {
  const found = new Set<string>();
  const waiting = [entry];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === "import-statement") waiting.push(path);
  }
  return found;
}

function heaviest({ outputs }: Metafile, files: Set<string>): Bundle["heaviest"] {
  const bytes = new Map<string, number>();
  for (const file of files) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file]?.inputs ?? {})) {
      const name = owner(input);
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].map(([name, size]) => ({ name, bytes: size })).sort((a, b) => b.bytes - a.bytes);
}

/** `node_modules/@scope/name/…` → `@scope/name`; our own files by their folder. */
function owner(input: string): string {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
  return name ?? dirname(input);
}

/** Lets a bundle that resolves files of a package at run time find them, as `copyFiles` does in the cloud. */
export function linkModules(outdir: string): void {
  symlinkSync(join(ROOT, "node_modules"), join(outdir, "node_modules"), "dir");
}
