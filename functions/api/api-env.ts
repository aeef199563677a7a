import type { Context as HonoContext } from "hono";
import type { Actor } from "../../core/platform/context.ts";

/** What the middleware of one request tells the next. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Headers of the answer, whatever it will be. */
    headers: Record<string, string>;
    /** The route's template (`/v1/products/{id}`), which labels metrics; absent where no route matched. */
    route?: string;
    actor?: Actor;
    /** Lines of Set-Cookie. */
    cookies?: readonly string[];
    /** Of the error answered, for the access log. */
    errorCode?: string;
  };
}

export type ApiContext = HonoContext<ApiEnv>;
