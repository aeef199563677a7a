import { beforeEach, inject } from "vitest";
import type { Evaluated, Evaluation, Resource } from "./evaluation/evaluation.ts";
import { list, type Statement } from "./policy.ts";
import type { ScenarioName } from "./scenarios.ts";

type Values = Record<string, unknown>;

/** For suites on the evaluated stacks: where SST's platform could not be installed they are skipped and say why. */
export function needStacks(): void {
  beforeEach(({ skip }) => {
    const infra = inject("infra");
    if ("skipped" in infra) skip(infra.skipped);
  });
}

export function evaluation(name: ScenarioName): Evaluation {
  const infra = inject("infra");
  const found = "skipped" in infra ? undefined : infra.evaluations[name];
  if (!found) throw new Error(`The scenario ${name} was not evaluated`);
  return found;
}

/** A stage that can be deployed. */
export function stage(name: ScenarioName): Evaluated {
  const found = evaluation(name);
  if (!found.ok) throw new Error(`The stage of ${name} refuses to be deployed: ${found.message}`);
  return found;
}

/** The inputs of a type of resource, by logical name. */
export function all(evaluated: Evaluated, type: string): Map<string, Values> {
  const found = evaluated.resources.filter((resource) => resource.type === type);
  return new Map(found.map(({ name, inputs }) => [name, plain(inputs) as Values]));
}

/** The only one of its type. */
export function only(evaluated: Evaluated, type: string): Values {
  const found = [...all(evaluated, type).values()];
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources are of type ${type}`);
  return found[0];
}

export const FUNCTION = "aws:lambda/function:Function";
export const QUEUE = "aws:sqs/queue:Queue";
export const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const ROLE = "aws:iam/role:Role";
export const TABLE = "aws:dynamodb/table:Table";
export const BUCKET = "aws:s3/bucket:Bucket";
export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** A function's inputs by the name that the stacks give it (`Api`), without the suffix that SST adds. */
export function functions(evaluated: Evaluated): Map<string, Values> {
  return new Map([...all(evaluated, FUNCTION)].map(([name, inputs]) => [name.replace(/Function$/, ""), inputs]));
}

export function queueArns(evaluated: Evaluated): Map<string, string> {
  return new Map([...all(evaluated, QUEUE)].map(([name, { name: physical }]) => [name, `:${text(physical)}`]));
}

export function environment(inputs: Values): Record<string, string> {
  return (inputs["environment"] as { variables: Record<string, string> }).variables;
}

/** The statements of every inline policy of a role. */
export function statements(role: Values): Statement[] {
  const policies = (role["inlinePolicies"] ?? []) as { policy: string }[];
  return policies.flatMap(({ policy }) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
}

/** Action → resources that a function may do it to, besides writing its log. */
export function grants(evaluated: Evaluated, functionName: string): Map<string, string[]> {
  const role = all(evaluated, ROLE).get(`${functionName}Role`);
  if (!role) throw new Error(`No role for ${functionName}`);
  const granted = new Map<string, string[]>();
  for (const { Action, Resource } of statements(role)) {
    for (const action of list(Action)) {
      if (!action.startsWith("logs:")) granted.set(action, [...(granted.get(action) ?? []), ...list(Resource)]);
    }
  }
  return granted;
}

export function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`Not a text: ${JSON.stringify(value)}`);
  return value;
}

/** Pulumi's mark on values that it keeps encrypted. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && SECRET_MARK in value;
}

export function find(evaluated: Evaluated, type: string, name: string): Resource {
  const found = evaluated.resources.find((resource) => resource.type === type && resource.name === name);
  if (!found) throw new Error(`There is no ${type} named ${name}`);
  return found;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return plain((value as Values)["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
