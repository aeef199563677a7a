/** An IAM statement as it stands in a policy document. */
export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

/**
 * What is too broad in a statement that allows something: an action or a resource that is not named. A `*` may stand
 * only for what is inside a named resource (a table's indexes, a bucket's objects, a log group's streams).
 */
export function faultsOf(statement: Statement): string[] {
  if (statement.Effect !== "Allow") return [];
  const actions = list(statement.Action).filter((action) => action.includes("*"));
  const resources = list(statement.Resource).filter((resource) => !namesItsResource(resource));
  return [
    ...actions.map((action) => `the action ${action} is a pattern`),
    ...resources.map((resource) => `the resource ${resource} names nothing`),
    ...(list(statement.Resource).length === 0 ? ["no resource is given"] : []),
  ];
}

export function list(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** `arn:partition:service:region:account:resource`; everything before the resource's own name must be literal. */
function namesItsResource(arn: string): boolean {
  const [prefix, partition, service, region, account, ...rest] = arn.split(":");
  if (prefix !== "arn" || rest.length === 0) return false;
  if ([partition, service, region, account].some((part) => part === undefined || part.includes("*"))) return false;
  const resource = rest.join(":");
  const named = resource.slice(0, resource.includes("*") ? resource.indexOf("*") : undefined);
  if (named === resource) return named !== "";
  // The pattern begins after a separator, and a type such as `table/` alone is not a name.
  const inside = /^(.+)[/:]$/.exec(named)?.[1];
  return inside !== undefined && !/^(table|function|log-group|role|layer)$/.test(inside);
}
