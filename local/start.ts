import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../core/platform/config.ts";
import { type Clients, clientEnvironment, createClients } from "./clients.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import type { Demo } from "./demo.ts";
import { dynoxideFile } from "./emulators/dynoxide.ts";
import { type Emulators, startEmulators } from "./emulators/index.ts";
import { trimStreamRecords } from "./emulators/stream-records.ts";
import { type Identity, readIdentity, saveIdentity } from "./identity.ts";
import { type HttpLoop, startHttp } from "./loops/http.ts";
import { consumedUpTo } from "./loops/stream-checkpoint.ts";
import { emptyDirectory, writePrivateJson } from "./machine/files.ts";
import { createFunctions, type Functions, type FunctionSpec, type LoadHandler } from "./machine/functions.ts";
import { type DataLock, LOCK_FILES, lockData } from "./machine/lock.ts";
import type { Output } from "./machine/log.ts";
import { allFunctions, FUNCTIONS } from "./machine/specs.ts";
import { resourceEnvironment, resourceNames } from "./names.ts";
import { ensureResources } from "./resources/index.ts";
import { startStripe } from "./sandbox/index.ts";
import { type Providers, startProviders } from "./sandbox/providers.ts";
import type { Sandbox } from "./sandbox/stripe/server.ts";
import type { Settings } from "./settings.ts";
import { welcome } from "./welcome.ts";
import type { Say } from "./machine/say.ts";

export interface StartOptions {
  settings: Settings;
  output: Output;
  logFile: string;
  handlers: LoadHandler;
  /** Called when the environment is set and before the first function is imported. */
  prepare?: (homeDir: string) => Promise<void>;
  createDemo: () => Promise<Demo>;
  /** Connects an organisation to these stand-ins, and gives it something to sell; may be begun again. */
  openBusiness: (organizationId: string, connected: readonly string[]) => Promise<void>;
}

export interface Running {
  url: string;
  /** Ends everything in order; work in flight gets `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the whole local cloud. On failure, ends what it had started and throws. */
export async function start(options: StartOptions): Promise<Running> {
  const startedAt = performance.now();
  const { settings, output, handlers } = options;
  const { dataDir, homeDir } = settings;
  const { say } = output;
  const parts: {
    lock?: DataLock;
    http?: HttpLoop;
    emulators?: Emulators;
    clients?: Clients;
    cloud?: Cloud;
    stripe?: Sandbox;
    providers?: Providers;
  } = {};

  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  const functions = createFunctions(async (spec) => {
    await ready.promise;
    return handlers(spec);
  });
  const stop = async (graceMs: number): Promise<void> => {
    parts.lock?.stopping();
    const drained = Promise.all([parts.http?.stop(graceMs), parts.cloud?.stop()]);
    const inTime = (await Promise.all([settles(drained, graceMs), functions.idle(graceMs)])).every(Boolean);
    if (!inTime) say("Some work was still running; it will be taken up at the next start");
    parts.clients?.close();
    await parts.stripe?.stop();
    await parts.providers?.stop();
    await parts.emulators?.stop();
    parts.lock?.release();
  };

  try {
    parts.lock = await lockData(dataDir, say);
    if (settings.fresh) emptyDirectory(dataDir, LOCK_FILES);
    // The port comes first: that somebody else has it should be known before anything is started.
    const wake = () => parts.cloud?.wake();
    const [api, docs] = [functions.get(FUNCTIONS.api), functions.get(FUNCTIONS.docs)];
    parts.http = await startHttp({ api, docs, port: settings.port, say, onWork: wake });

    const checkpointFile = join(dataDir, "stream-checkpoint.json");
    const names = resourceNames();
    trimConsumed(dataDir, names.table, checkpointFile);
    const { port } = parts.http;
    const preferredPorts = { dynamodb: port + 1, queues: port + 2 };
    const emulators = await startEmulators({ dataDir, env: process.env, preferredPorts, say });
    parts.emulators = emulators;
    const clients = createClients(emulators.endpoints, emulators.external);
    parts.clients = clients;
    const resources = await ensureResources(clients, names, emulators);

    const identity = readIdentity(dataDir);
    const url = `http://127.0.0.1:${port}`;
    setEnvironment(identity, url, {
      ...clientEnvironment(emulators.endpoints, emulators.external),
      ...resourceEnvironment(resources),
    });
    const stripe = await startStripe({ dataDir, identity, apiUrl: url, preferredPort: port + 3 });
    if (stripe) parts.stripe = stripe;
    parts.providers = await startProviders({ dataDir, preferredPort: port + 4 });
    readConfig(process.env);
    await options.prepare?.(homeDir);
    if (identity.streamArn !== resources.streamArn) {
      Object.assign(identity, await options.createDemo(), { streamArn: resources.streamArn });
      saveIdentity(dataDir, identity);
    }
    giveStripeAccount(identity);
    ready.resolve();
    const imported = await importAll(functions, say);
    parts.cloud = startCloud({ clients, names, resources, functions, imported, checkpointFile, say });

    const localFile = join(homeDir, "local.json");
    const { apiKey, organizationId, stripeWebhookSecret } = identity;
    const endpoints = { ...emulators.endpoints, ...resources };
    const sandbox = stripe && { url: stripe.url, secretKey: identity.stripeSecretKey };
    const { urls: providers } = parts.providers;
    const found = { url, apiKey, organizationId, stripeWebhookSecret, stripe: sandbox, providers, endpoints };
    writePrivateJson(localFile, found);
    const startedInMs = performance.now() - startedAt;
    output.show(welcome({ url, apiKey, dataDir, logFile: options.logFile, localFile, startedInMs }));
    void openBusiness(options, { identity, dataDir, connected: Object.keys(parts.providers.urls) });
    return { url, stop };
  } catch (error) {
    ready.reject(error);
    await stop(0);
    throw error;
  }
}

/** Beside the running system, which need not wait for it; what did not come to its end is begun again at the next start. */
async function openBusiness(
  { openBusiness: open, output }: StartOptions,
  { identity, dataDir, connected }: { identity: Identity; dataDir: string; connected: string[] },
): Promise<void> {
  const { organizationId, businessOf } = identity;
  if (organizationId === undefined || organizationId === businessOf || process.env["STOCKWRIGHT_DEMO"] === "bare")
    return;
  try {
    await open(organizationId, connected);
    identity.businessOf = organizationId;
    saveIdentity(dataDir, identity);
  } catch (error) {
    output.say("The demo's business was not opened; the next start tries again", error);
  }
}

const UNREACHED_LIMIT = "1000000000";

/** What production would demand of its owner, a laptop gets made up; production started here does not. */
function setEnvironment(identity: Identity, url: string, environment: Record<string, string>): void {
  Object.assign(process.env, environment);
  if (process.env["ENVIRONMENT"] === "production") return;
  process.env["SECRET_KEY"] ||= identity.secretKey;
  process.env["ALLOW_PRIVATE_ADDRESSES"] ||= "true";
  process.env["PUBLIC_URL"] ||= url;
  // Its one caller is whoever tries it out; .env can set limits to see what they do.
  for (const name of ["PER_MINUTE", "PER_HOUR", "SIGN_IN_PER_MINUTE", "REFUSED_PER_MINUTE"])
    process.env[`RATE_LIMIT_${name}`] ||= UNREACHED_LIMIT;
}

/** The made-up Stripe account is the demo organisation's. Functions read whose it is when they are imported. */
function giveStripeAccount({ stripeWebhookSecret, organizationId = "" }: Identity): void {
  if (process.env["ENVIRONMENT"] === "production") return;
  process.env["STRIPE_WEBHOOK_SECRET"] ||= stripeWebhookSecret;
  process.env["STRIPE_ORGANIZATION_ID"] ||= organizationId;
}

/**
 * Imports every function. One that cannot be imported keeps its triggers from starting, not the others': its events
 * wait, where a function that fails at once would send them to the dead-letter queues.
 */
async function importAll(functions: Functions, say: Say): Promise<Set<FunctionSpec>> {
  const imported = new Set<FunctionSpec>();
  for (const spec of allFunctions()) {
    try {
      await functions.load(spec);
      imported.add(spec);
    } catch (error) {
      say(`${spec.handler} cannot be imported, so nothing calls it`, error);
    }
  }
  return imported;
}

function trimConsumed(dataDir: string, table: string, checkpointFile: string): void {
  const consumed = consumedUpTo(checkpointFile);
  const file = dynoxideFile(dataDir);
  if (consumed && existsSync(file)) trimStreamRecords(file, table, consumed, Date.now());
}

/** True when the promise settles within the time. */
async function settles(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([settled, timeIsUp]);
  clearTimeout(timer);
  return result;
}
