import {
  type FieldNode,
  getNamedType,
  type GraphQLObjectType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { schema } from "./schema.ts";

const MUTATION = 10;

/** What a query may cost at most: an object is a point, a connection as many times its nodes as it may have, a mutation ten. */
export function costOf(operation: OperationDefinitionNode, variables: Record<string, unknown>): number {
  const root = schema.getRootType(operation.operation);
  if (operation.operation === OperationTypeNode.MUTATION) return MUTATION * operation.selectionSet.selections.length;
  return root ? within(operation.selectionSet, root, variables) : 0;
}

function within(
  { selections }: SelectionSetNode,
  parent: GraphQLObjectType,
  variables: Record<string, unknown>,
): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + ofField(selection, parent, variables);
    if (selection.kind !== Kind.INLINE_FRAGMENT) return sum;
    const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
    return sum + (isObjectType(type) ? within(selection.selectionSet, type, variables) : 0);
  }, 0);
}

function ofField(field: FieldNode, parent: GraphQLObjectType, variables: Record<string, unknown>): number {
  const type = getNamedType(parent.getFields()[field.name.value]?.type);
  if (!isCompositeType(type) || !field.selectionSet) return 0;
  const inner = isObjectType(type) ? type : undefined;
  const children = inner ? within(field.selectionSet, inner, variables) : fragments(field.selectionSet, variables);
  const given = (name: string) => {
    const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
    return value === undefined ? undefined : valueFromASTUntyped(value, variables);
  };
  if (type.name.endsWith("Connection"))
    return Number(given("first") ?? 0) * nodeCost(field.selectionSet, inner, variables);
  const ids = given("ids");
  if (Array.isArray(ids)) return ids.length * (1 + children);
  return type.name === "PageInfo" ? 0 : 1 + children;
}

/** Nodes count as many as are asked for; what else a connection has is free. */
function nodeCost(
  { selections }: SelectionSetNode,
  connection: GraphQLObjectType | undefined,
  variables: Record<string, unknown>,
): number {
  const nodes = selections.find((one): one is FieldNode => one.kind === Kind.FIELD && one.name.value === "nodes");
  const type = getNamedType(connection?.getFields()["nodes"]?.type);
  return nodes?.selectionSet && isObjectType(type) ? 1 + within(nodes.selectionSet, type, variables) : 0;
}

const fragments = ({ selections }: SelectionSetNode, variables: Record<string, unknown>) =>
  selections.reduce((most, one) => {
    const type =
      one.kind === Kind.INLINE_FRAGMENT && one.typeCondition ? schema.getType(one.typeCondition.name.value) : undefined;
    return one.kind === Kind.INLINE_FRAGMENT && isObjectType(type)
      ? Math.max(most, within(one.selectionSet, type, variables))
      : most;
  }, 0);

/** Objects in an answer: what the query came to in the end. */
export function actualCost(data: unknown): number {
  if (Array.isArray(data)) return data.reduce((sum: number, one) => sum + actualCost(one), 0);
  if (typeof data !== "object" || data === null) return 0;
  const isFrame = "nodes" in data || "hasNextPage" in data || "count" in data;
  return Object.values(data).reduce((sum: number, one) => sum + actualCost(one), isFrame ? 0 : 1);
}
