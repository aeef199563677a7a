import type { Environment } from "./environment.ts";
import type { Queues } from "./queues.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/** What the functions stand on. */
export interface Cloud {
  stage: Stage;
  storage: Storage;
  queues: Queues;
  environment: Environment;
}
