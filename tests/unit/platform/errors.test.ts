import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  AppError,
  DependencyError,
  ERROR_STATUS,
  ForbiddenError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../../core/platform/errors.ts";
import { parse } from "../../../core/platform/parse.ts";

describe("AppError", () => {
  it("has an HTTP status for each code, and only 5xx for what is not the caller's doing", () => {
    for (const [code, status] of Object.entries(ERROR_STATUS) as [keyof typeof ERROR_STATUS, number][]) {
      expect(new AppError(code, "x").status).toBe(status);
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(ERROR_STATUS.INTERNAL_ERROR).toBe(500);
    expect(ERROR_STATUS.DEPENDENCY_UNAVAILABLE).toBe(503);
  });

  it("keeps its cause, and is not retryable unless it says so", () => {
    const cause = new Error("below");
    expect(new AppError("NOT_FOUND", "x", { cause }).cause).toBe(cause);
    expect(new AppError("NOT_FOUND", "x").retryable).toBe(false);
    expect(new AppError("NOT_FOUND", "x")).not.toHaveProperty("cause");
    expect(new DependencyError("database", "busy", { cause }).retryable).toBe(true);
  });

  it("names the thing and the id, the permission and the versions", () => {
    expect(new NotFoundError("Product", "prd_1")).toMatchObject({ code: "NOT_FOUND", details: { id: "prd_1" } });
    expect(new ForbiddenError("catalog.write").message).toContain("catalog.write");
    expect(new VersionConflictError("Product", "prd_1", 1, 2).details).toEqual({
      id: "prd_1",
      expected: 1,
      current: 2,
    });
  });
});

describe("parse", () => {
  const schema = z.object({ name: z.string().min(1), lines: z.array(z.object({ quantity: z.int().positive() })) });

  it("gives what the schema makes of the input", () => {
    expect(parse(schema, { name: "a", lines: [{ quantity: 1 }], other: true })).toEqual({
      name: "a",
      lines: [{ quantity: 1 }],
    });
  });

  it("names every fault by its dotted path, the first as the field", () => {
    let caught: unknown;
    try {
      parse(schema, { name: "", lines: [{ quantity: 1 }, { quantity: -1 }] });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ValidationError);
    const { faults, field, status } = caught as ValidationError;
    expect(faults.map((fault) => fault.path)).toEqual(["name", "lines.1.quantity"]);
    expect(field).toBe("name");
    expect(status).toBe(400);
  });
});
