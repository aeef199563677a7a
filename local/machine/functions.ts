import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "aws-lambda";

/** What Lambda calls: one event in, one answer out. */
export type Handler = (event: unknown, context: Context) => unknown;

/** A function of `stacks/definitions.ts`, as the stacks deploy it. */
export interface FunctionSpec {
  name: string;
  /** Path of the module and name of the export, joined by a dot: `functions/stream.handler`. */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
}

/** The function ran longer than Lambda would let it. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
  constructor(name: string, seconds: number) {
    super(`The function ${name} timed out after ${seconds} s`);
  }
}

/** Calls a function as Lambda does. Throws what it throws, or FunctionTimeoutError. */
export type Invoke = (event: unknown, requestId?: string) => Promise<unknown>;

/** Finds the code of a function. Rejects when there is none. */
export type LoadHandler = (spec: FunctionSpec) => Promise<Handler>;

/** Imports handlers from files under a directory: the repository, or a test's own. */
export function handlersUnder(root: string): LoadHandler {
  return async ({ handler }) => {
    const dot = handler.lastIndexOf(".");
    const file = resolve(root, `${handler.slice(0, dot)}.ts`);
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const exported = module[handler.slice(dot + 1)];
    if (typeof exported !== "function") throw new Error(`${file} exports no function ${handler.slice(dot + 1)}`);
    return exported as Handler;
  };
}

/** The functions of this machine, with a count of what runs so that a stop can wait for it. */
export interface Functions {
  get(spec: FunctionSpec): Invoke;
  /** Imports the code now instead of at the first event. Rejects with what the import threw. */
  load(spec: FunctionSpec): Promise<void>;
  /** Resolves true when no invocation runs, false when the time is up first. */
  idle(withinMs: number): Promise<boolean>;
}

export function createFunctions(load: LoadHandler): Functions {
  const loaded = new Map<string, Promise<Handler>>();
  const running = new Set<Promise<unknown>>();

  const handlerOf = (spec: FunctionSpec): Promise<Handler> => {
    const known = loaded.get(spec.handler);
    if (known) return known;
    const loading = load(spec);
    // A failed import is not kept: Lambda too tries anew with the next cold start.
    loading.catch(() => loaded.delete(spec.handler));
    loaded.set(spec.handler, loading);
    return loading;
  };

  return {
    load: async (spec) => void (await handlerOf(spec)),
    get: (spec) => async (event, requestId) => {
      const handler = await handlerOf(spec);
      const work = Promise.resolve(handler(event, lambdaContext(spec, requestId)));
      running.add(work);
      // Also after a timeout: the work goes on here, where Lambda would end its process.
      const done = () => void running.delete(work);
      work.then(done, done);
      return withTimeout(work, spec);
    },
    async idle(withinMs) {
      const until = AbortSignal.timeout(withinMs);
      const timeIsUp = new Promise<void>((settle) => until.addEventListener("abort", () => settle(), { once: true }));
      while (running.size > 0 && !until.aborted) await Promise.race([Promise.allSettled(running), timeIsUp]);
      return running.size === 0;
    },
  };
}

async function withTimeout(work: Promise<unknown>, { name, timeoutSeconds }: FunctionSpec): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FunctionTimeoutError(name, timeoutSeconds)), timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function lambdaContext({ name, timeoutSeconds, memoryMb }: FunctionSpec, requestId?: string): Context {
  const deadline = performance.now() + timeoutSeconds * 1000;
  return {
    awsRequestId: requestId ?? randomUUID(),
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}
