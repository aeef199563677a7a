import { AppError } from "../../../core/platform/errors.ts";
import type { Route } from "../route.ts";

/** What to answer where no route matched: the methods that its path does have, or nothing there. */
export function unmatched(routes: readonly Route[]) {
  const known = routes.map(({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}/?$`),
  }));
  return (method: string, path: string): { error: AppError; headers: Record<string, string> } => {
    const allowed = known.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    if (allowed.length === 0) {
      return { error: new AppError("NOT_FOUND", `There is no ${method} ${path.slice(0, 200)}`), headers: {} };
    }
    const allow = [...new Set(allowed.includes("GET") ? [...allowed, "HEAD"] : allowed)].join(", ");
    const message = `${method} is not allowed here; allowed: ${allow}`;
    return { error: new AppError("METHOD_NOT_ALLOWED", message), headers: { allow } };
  };
}
