import type { ZodError, ZodType, z } from "zod";
import { type Fault, ValidationError } from "./errors.ts";

/** zod's issues as our faults, so that one error envelope serves HTTP, imports and queues. */
export function faultsOf(error: ZodError): Fault[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    code: issue.code,
    message: issue.message,
  }));
}

/** Parses a verb's input with the verb's own schema. Throws ValidationError naming every fault. */
export function parse<S extends ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (!result.success) throw new ValidationError(faultsOf(result.error));
  return result.data;
}
