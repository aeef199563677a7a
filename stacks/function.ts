import type { Variables } from "./environment.ts";
import type { Grant } from "./grants.ts";
import type { Stage } from "./stage.ts";

export interface FunctionOptions {
  stage: Stage;
  workload: { handler: string; timeoutSeconds: number; memoryMb: number };
  environment: Variables;
  /** All that its role may do, beside writing its own log. */
  grants: Grant[];
  copyFiles?: { from: string; to: string }[];
}

/** One way to make a function, so that none is born on another runtime, without a log limit or with a broad role. */
export function createFunction(name: string, options: FunctionOptions): sst.aws.Function {
  const { stage, workload, environment, grants, copyFiles = [] } = options;
  const logs = new aws.cloudwatch.LogGroup(`${name}Logs`, {
    name: `/aws/lambda/${$app.name}-${$app.stage}-${name}`,
    retentionInDays: stage.logRetentionDays,
  });
  return new sst.aws.Function(name, {
    handler: workload.handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: `${workload.memoryMb} MB`,
    timeout: `${workload.timeoutSeconds} seconds`,
    // Splitting leaves what is imported on first use out of the file that a cold start reads.
    // Names of functions are for stack traces only, and keeping them costs a call for each at every cold start.
    nodejs: { format: "esm", minify: true, splitting: true, esbuild: { keepNames: false } },
    copyFiles,
    environment,
    permissions: [...grants, writeTo(logs)],
    logging: { logGroup: logs.name },
    transform: {
      role: (args) => {
        // AWS's basic execution policy may write to every log group of the account; `writeTo` replaces it.
        args.managedPolicyArns = [];
        // The component lets every principal of the account assume the role, which only `sst dev` needs.
        if (!$dev) args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
        return undefined;
      },
    },
  });
}

function writeTo(logs: aws.cloudwatch.LogGroup): Grant {
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [$interpolate`${logs.arn}:log-stream:*`],
  };
}
