import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { clientEnvironment, createClients } from "../../local/clients.ts";
import { type Endpoints, type External, startEmulators } from "../../local/emulators/index.ts";
import { resourceEnvironment, resourceNames, type Resources } from "../../local/names.ts";
import { ensureResources } from "../../local/resources/index.ts";

/** What one test run shares: `inject("cloud")`. Tests keep apart by using an organisation of their own. */
export interface TestCloud {
  endpoints: Endpoints;
  external: External;
  resources: Resources;
  /** Everything that functions and SDK clients read from the environment, without SECRET_KEY and the like. */
  environment: Record<string, string>;
}

declare module "vitest" {
  export interface ProvidedContext {
    cloud: TestCloud;
  }
}

/**
 * Vitest's globalSetup: one DynamoDB, one SQS and S3 for the whole run, on files of a directory that goes afterwards.
 * Endpoints that the environment names win.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "stockwright-test-"));
  const emulators = await startEmulators({ dataDir, env: process.env });
  const { endpoints, external } = emulators;
  const clients = createClients(endpoints, external);
  const stop = async () => {
    clients.close();
    await emulators.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const names = resourceNames(`stockwright-test-${process.pid}`);
    const resources = await ensureResources(clients, names, { endpoints, external });
    const environment = { ...clientEnvironment(endpoints, external), ...resourceEnvironment(resources) };
    project.provide("cloud", { endpoints, external, resources, environment });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
