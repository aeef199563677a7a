import { writeFileSync } from "node:fs";
import type { Build, Evaluation, Resource, Scenario } from "./evaluation.ts";
import { answerCall, createdState } from "./mocks.ts";
import { serveRpc } from "./rpc.ts";

type Values = Record<string, unknown>;

/** The part of Pulumi that an evaluation needs; the real thing is in .sst/platform and is not typed for our rules. */
export interface Pulumi {
  runtime: {
    setMocks(mocks: Mocks, project: string, stack: string, preview: boolean): Promise<void>;
    runInPulumiStack(program: () => Promise<Values>): Promise<Values | undefined>;
    registerStackTransformation(transformation: (args: Transformed) => undefined): void;
  };
}

interface Mocks {
  newResource(args: { type: string; name: string; inputs: Values }): { id: string; state: Values };
  call(args: { token: string; inputs: Values }): Values;
}

interface Transformed {
  type: string;
  name: string;
  opts: { retainOnDelete?: boolean };
}

export interface Config {
  app(input: { stage: string }): { name: string; removal: string; protect: boolean };
  run(): Promise<Values>;
}

export interface Program {
  pulumi: Pulumi;
  /** SST's own runner: the transformations that a deploy gets, then the configuration. */
  run: (program: () => Promise<Values>) => Promise<Values>;
  loadConfig: () => Promise<Config>;
  scenario: Scenario;
  /** Already on globalThis; the name and the removal policy are known once the configuration is read. */
  globals: { $app: Values };
  work: string;
  answerFile: string;
}

/** Evaluates the configuration as a deploy of one stage would, with AWS's answers made up, and writes what it asked for. */
export async function evaluate(program: Program): Promise<void> {
  const { pulumi, scenario, work, globals } = program;
  const resources: Resource[] = [];
  const retained = new Set<string>();
  const builds: Build[] = [];
  process.env["SST_SERVER"] = await serveRpc(work, builds);
  const config = await program.loadConfig();
  const { name, removal, protect } = config.app({ stage: scenario.stage });
  Object.assign(globals.$app, { name, removal, protect });

  await pulumi.runtime.setMocks(
    {
      newResource({ type, name: logicalName, inputs }) {
        if (/^(sst|pulumi):/.test(type)) return { id: logicalName, state: inputs };
        resources.push({ type, name: logicalName, inputs, retained: false });
        return createdState(type, logicalName, inputs);
      },
      call: ({ token, inputs }) => answerCall(token, inputs),
    },
    name,
    scenario.stage,
    false,
  );
  const outputs = await pulumi.runtime.runInPulumiStack(() =>
    program.run(async () => {
      // Registered after SST's own transformations, so it sees what they decided.
      pulumi.runtime.registerStackTransformation((args) => {
        if (args.opts.retainOnDelete === true) retained.add(`${args.type} ${args.name}`);
        return undefined;
      });
      return config.run();
    }),
  );
  // Outputs resolve long after the program has ended: all is known only when nothing is left to do.
  process.once("beforeExit", () => {
    for (const resource of resources) resource.retained = retained.has(`${resource.type} ${resource.name}`);
    answer(program, { ok: true, app: { removal, protect }, resources, builds, outputs: outputs ?? {} });
  });
}

/** A configuration that refuses to be deployed is an answer too. */
export function refuse(program: Program, error: unknown): void {
  answer(program, { ok: false, message: error instanceof Error ? error.message : String(error) });
}

function answer(program: Program, evaluation: Evaluation): void {
  writeFileSync(program.answerFile, JSON.stringify(evaluation));
}
