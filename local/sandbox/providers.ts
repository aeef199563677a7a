import { join } from "node:path";
import { freePort } from "../emulators/free-port.ts";
import { readJson, writePrivateJson } from "../machine/files.ts";
import type { Provider } from "./provider/server.ts";
import { STAND_INS } from "./stand-ins.ts";

/** The stand-ins that run, by connector. */
export interface Providers {
  urls: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** What a stand-in knows is written down at most so often, and at the end. */
const SAVE_EVERY_MS = 1_000;

/**
 * Starts the stand-in of every provider that the environment does not say the address of, and tells it of them; none in
 * production. What they know outlives them, as the accounts do that are connected to them.
 */
export async function startProviders({
  dataDir,
  preferredPort,
}: {
  dataDir: string;
  preferredPort: number;
}): Promise<Providers> {
  const { env } = process;
  const running: { provider: Provider; flush: () => void }[] = [];
  const urls: Record<string, string> = {};
  const stop = async () => {
    await Promise.all(running.map(({ provider }) => provider.stop()));
    for (const { flush } of running) flush();
  };
  if (env["ENVIRONMENT"] === "production") return { urls, stop };
  for (const [index, standIn] of STAND_INS.entries()) {
    const { name } = standIn;
    const [api, auth] = [`${name.toUpperCase()}_API_BASE`, `${name.toUpperCase()}_AUTH_BASE`];
    if (env[api] || env[auth]) continue;
    const { save, flush } = keeper(join(dataDir, "providers", `${name}.json`));
    const saved = readJson(join(dataDir, "providers", `${name}.json`));
    const provider = await standIn.start({ port: await freePort(preferredPort + index), saved, save });
    running.push({ provider, flush });
    urls[name] = provider.url;
    env[api] = provider.url;
    env[auth] = provider.url;
  }
  return { urls, stop };
}

/** Writes the last of what it is given, not each: a stand-in tells after every call. */
function keeper(file: string): { save: (state: unknown) => void; flush: () => void } {
  let latest: unknown;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (latest !== undefined) writePrivateJson(file, latest);
    latest = undefined;
  };
  return {
    flush,
    save(state) {
      latest = state;
      timer ??= setTimeout(flush, SAVE_EVERY_MS);
    },
  };
}
