import type { Harness } from "../harness.ts";

export type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  schema: Schema;
}

interface Media {
  content?: { "application/json"?: { schema: Schema; example?: unknown } };
}

/** One operation as the OpenAPI document has it: what tests know of a route they were not told of. */
export interface Operation {
  /** `post /v1/orders/{id}/pay`. */
  name: string;
  method: string;
  path: string;
  permission: string;
  parameters: Parameter[];
  requestBody?: Media & { required: boolean };
  /** The body's schema and example, where there are. */
  body?: Schema;
  example?: unknown;
  responses: Record<string, Media>;
}

export interface Document {
  operations: Operation[];
  components: Record<string, Schema>;
}

/** The document as a caller gets it: not what the code says of itself, but what it publishes. */
export async function readDocument(api: Harness): Promise<Document> {
  const { body } = await api.request<{
    paths: Record<string, Record<string, Omit<Operation, "name" | "method" | "path"> & { "x-permission": string }>>;
    components: { schemas: Record<string, Schema> };
  }>("GET", "/openapi.json", { secret: null, expected: 200 });
  const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const media = operation.requestBody?.content?.["application/json"];
      return {
        ...operation,
        name: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        permission: operation["x-permission"],
        ...(media ? { body: media.schema, ...(media.example === undefined ? {} : { example: media.example }) } : {}),
      };
    }),
  );
  return { operations, components: body.components.schemas };
}

/** The operation's path with these parameters and this query; what is not given of the path is an id that nobody has. */
export function pathOf(
  { path }: Pick<Operation, "path">,
  { params = {}, query = {} }: { params?: Record<string, string>; query?: Record<string, string> } = {},
): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => segment(params[name] ?? `nobody's ${name}`));
  const search = new URLSearchParams(query).toString();
  return search === "" ? filled : `${filled}?${search}`;
}

/** One segment of a path, whatever it is: an empty one, or dots, would make it another path. */
function segment(value: string): string {
  return /^\.{0,2}$/.test(value) ? "-" : encodeURIComponent(value.toWellFormed());
}

export const statusesOf = ({ responses }: Operation) => Object.keys(responses).map(Number);
export const isSuccess = (status: number) => status >= 200 && status < 400;
