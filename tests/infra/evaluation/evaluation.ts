import type { ProvidedContext } from "vitest";

/** A stage as somebody would deploy it: its name and what stood in the deployer's environment. */
export interface Scenario {
  stage: string;
  env: Record<string, string>;
}

/** One thing that AWS would be asked for. */
export interface Resource {
  /** As the provider names it: `aws:sqs/queue:Queue`. */
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Kept in AWS when it leaves the code. */
  retained: boolean;
}

/** What the bundler would be asked for. */
export interface Build {
  functionID: string;
  handler: string;
  properties: Record<string, unknown>;
  copyFiles: { from: string; to: string }[];
}

export interface Evaluated {
  ok: true;
  app: { removal: string; protect: boolean };
  resources: Resource[];
  builds: Build[];
  outputs: Record<string, unknown>;
}

export interface Refused {
  ok: false;
  message: string;
}

export type Evaluation = Evaluated | Refused;

declare module "vitest" {
  export interface ProvidedContext {
    infra: { skipped: string } | { evaluations: Record<string, Evaluation> };
  }
}

export type Infra = ProvidedContext["infra"];
