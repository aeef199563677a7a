import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientEnvironment, createClients } from "../../../local/clients.ts";
import { startEmulators } from "../../../local/emulators/index.ts";
import { resourceEnvironment, resourceNames } from "../../../local/names.ts";
import { ensureResources } from "../../../local/resources/index.ts";

export interface BenchCloud {
  /** What a function of ours finds in its environment in Lambda. */
  environment: Record<string, string>;
  directory: string;
  stop(): Promise<void>;
}

/** Emulators of this run's own, on files that go with it; endpoints that the environment names win. */
export async function startCloud(): Promise<BenchCloud> {
  const directory = mkdtempSync(join(tmpdir(), "stockwright-bench-"));
  const emulators = await startEmulators({ dataDir: directory, env: process.env });
  const clients = createClients(emulators.endpoints, emulators.external);
  const stop = async () => {
    clients.close();
    await emulators.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { endpoints, external } = emulators;
    const resources = await ensureResources(clients, resourceNames("stockwright-bench"), { endpoints, external });
    const environment = {
      ...clientEnvironment(endpoints, external),
      ...resourceEnvironment(resources),
      // As in Lambda: lines of metrics and the access log are part of what a request costs.
      AWS_LAMBDA_FUNCTION_NAME: "stockwright-bench",
      ENVIRONMENT: "staging",
      LOG_LEVEL: "INFO",
      CORS_ORIGINS: "https://shop.example.com",
      SECRET_KEY: "a-secret-of-the-benchmark-only-0123456789",
      ALLOW_PRIVATE_ADDRESSES: "true",
      // Counted as in the cloud, and never reached.
      RATE_LIMIT_PER_MINUTE: "1000000000",
      RATE_LIMIT_PER_HOUR: "1000000000",
      RATE_LIMIT_SIGN_IN_PER_MINUTE: "1000000000",
      RATE_LIMIT_REFUSED_PER_MINUTE: "1000000000",
    };
    return { environment, directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
