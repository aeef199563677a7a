import type { Context as HonoContext } from "hono";
import type { Actor } from "../../core/platform/context.ts";
import type { Payload } from "./lambda.ts";

/** What the middleware of one request tells the next. */
export interface ApiEnv {
  Bindings: {
    /** Where the body of the answer goes when the caller wants no Response around it: lambda.ts. */
    payload?: Payload;
  };
  Variables: {
    requestId: string;
    /** The route's template (`/v1/products/{id}`), which labels metrics; absent where no route matched. */
    route?: string;
    actor?: Actor;
    /** Of the error answered, for the access log. */
    errorCode?: string;
  };
}

export type ApiContext = HonoContext<ApiEnv>;
