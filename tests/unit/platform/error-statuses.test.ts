import { expect, it } from "vitest";
import { ERROR_STATUS } from "../../../core/platform/errors.ts";

it("decision 2: errors have the statuses that clients were promised", () => {
  expect(ERROR_STATUS).toMatchObject({
    VALIDATION_ERROR: 400,
    INVALID_PRICING: 400,
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    PRODUCT_SKU_EXISTS: 409,
    VERSION_CONFLICT: 409,
    IDEMPOTENCY_MISMATCH: 422,
    RATE_LIMITED: 429,
    FEATURE_DISABLED: 503,
    DEPENDENCY_UNAVAILABLE: 503,
  });
});
