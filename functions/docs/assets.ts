import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { PAGE, START } from "./page.ts";

export interface Asset {
  contentType: string;
  plain: Buffer;
  packed: Buffer;
}

/** All that is served, by name: no path of a request ever reaches the file system. */
const FILES = new Map([
  ["index.html", "text/html; charset=utf-8"],
  ["start.js", "text/javascript; charset=utf-8"],
  ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["swagger-ui.css", "text/css; charset=utf-8"],
  ["favicon-16x16.png", "image/png"],
  ["favicon-32x32.png", "image/png"],
]);

const OWN = new Map([
  ["index.html", PAGE],
  ["start.js", START],
]);

const loaded = new Map<string, Promise<Asset>>();
const compress = promisify(gzip);

/** Read and compressed once a process; the largest is 1.4 MB, of which 0.4 MB travel. */
export function asset(name: string): Promise<Asset> | undefined {
  const contentType = FILES.get(name);
  if (contentType === undefined) return undefined;
  let loading = loaded.get(name);
  if (!loading) {
    loading = load(name, contentType);
    loaded.set(name, loading);
    // A file that could not be read is tried again by the next request.
    loading.catch(() => loaded.delete(name));
  }
  return loading;
}

async function load(name: string, contentType: string): Promise<Asset> {
  const own = OWN.get(name);
  const plain = own === undefined ? await readFile(swaggerUi(name)) : Buffer.from(own);
  return { contentType, plain, packed: await compress(plain) };
}

/** Found as the package that it is: from the installed one here, from the copy beside the bundle in the cloud. */
function swaggerUi(name: string): string {
  return fileURLToPath(new URL(name, import.meta.resolve("swagger-ui-dist/package.json")));
}
