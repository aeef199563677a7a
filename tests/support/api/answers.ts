import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Answer } from "../harness.ts";
import type { Operation } from "./document.ts";

/** What no answer may show: where code lies, what it stands on, what others said. */
const INSIDES =
  /node_modules|\.ts:\d|\bat [\w.<>]+ \(|DynamoDB|ValidationException|AccessDenied|ECONN|amazonaws|Unexpected token/;

/** Says what is wrong with an answer by the document; nothing when it is as published. */
export type Check = (operation: Operation, answer: Answer<unknown>) => string | undefined;

/** What this instance is not configured for, or has switched off, is no fault. */
export const isSwitchedOff = ({ status, text }: Answer<unknown>) =>
  status === 503 && text.includes('"FEATURE_DISABLED"');

/** Holds answers to the OpenAPI document as it was published. */
export function answerCheck(document: unknown): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema(document as object, "document");
  const compiled = new Map<string, ValidateFunction>();

  function validator(operation: Operation, status: number): ValidateFunction {
    const path = operation.path
      .replaceAll("~", "~0")
      .replaceAll("/", "~1")
      .replaceAll("{", "%7B")
      .replaceAll("}", "%7D");
    const at = `paths/${path}/${operation.method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
    let validate = compiled.get(at);
    if (!validate) compiled.set(at, (validate = ajv.compile({ $ref: `document#/${at}` })));
    return validate;
  }

  return (operation, answer) => {
    const { status, headers, body, text } = answer;
    if (status >= 500 && !isSwitchedOff(answer)) return `is a fault of ours: ${status}`;
    const described = operation.responses[String(status)];
    if (!described) return `has status ${status}, which the document does not name`;
    if (headers.get("x-request-id") === null) return "has no X-Request-Id";
    if (headers.get("x-content-type-options") !== "nosniff") return "lacks the security headers";
    if (status >= 400 && INSIDES.test(text)) return `shows our insides: ${INSIDES.exec(text)?.[0]}`;
    if (status === 302) return headers.get("location") === null ? "leads nowhere" : undefined;
    if (status === 204) return text === "" ? undefined : "has a body";
    if (!described.content?.["application/json"]) return undefined;
    if (headers.get("content-type") !== "application/json") return `is ${headers.get("content-type")}`;
    const validate = validator(operation, status);
    if (!validate(body)) return `is not as documented: ${(validate.errors ?? []).slice(0, 3).map(inWords).join("; ")}`;
    if (status < 400) return undefined;
    const { requestId } = body as { requestId?: unknown };
    return requestId === headers.get("x-request-id") ? undefined : "names another request than its header";
  };
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  // Not where in a list: the same fault of another item is the same fault.
  return `${instancePath.replaceAll(/\/\d+/g, "/…")} ${message} ${Object.values(params).slice(0, 1).map(String).join()}`;
}
