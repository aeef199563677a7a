import type { Cloud } from "./cloud.ts";
import { HTTP } from "./definitions.ts";
import { createFunction } from "./function.ts";
import { readAndWriteItems, readAndWriteObjects, sendTo } from "./grants.ts";

/** Requests a second that are let through to the functions; beyond it API Gateway answers 429 at no cost. */
const REQUESTS_PER_SECOND = 500;
const BURST_REQUESTS = 1000;

/** What `/docs` shows, where `import.meta.resolve` finds it from the bundle too. */
const SWAGGER_UI = "node_modules/swagger-ui-dist";
const SWAGGER_UI_FILES = [
  "package.json",
  "swagger-ui-bundle.js",
  "swagger-ui.css",
  "favicon-16x16.png",
  "favicon-32x32.png",
];

export type Api = ReturnType<typeof createApi>;

export function createApi({ stage, storage, queues, environment }: Cloud) {
  const gateway = new sst.aws.ApiGatewayV2("Gateway", {
    // The app answers preflights itself; API Gateway's own CORS would replace its headers, by default with "*".
    cors: false,
    ...(stage.apiDomain === undefined ? {} : { domain: stage.apiDomain }),
    accessLog: { retention: stage.isProduction ? "3 months" : "1 week" },
    transform: {
      stage: {
        defaultRouteSettings: {
          throttlingRateLimit: REQUESTS_PER_SECOND,
          throttlingBurstLimit: BURST_REQUESTS,
        },
      },
    },
  });
  const api = createFunction("Api", {
    stage,
    workload: HTTP.api,
    // Providers send browsers back to this address.
    environment: { ...environment.full, PUBLIC_URL: gateway.url },
    grants: [
      readAndWriteItems(storage),
      ...readAndWriteObjects(storage),
      sendTo(
        queues.imports,
        queues.supplierSync,
        queues.purchases,
        queues.channelOrders,
        queues.webhookEvents,
        queues.outboundWebhooks,
      ),
    ],
  });
  const docs = createFunction("Docs", {
    stage,
    workload: HTTP.docs,
    environment: environment.basic,
    grants: [],
    copyFiles: SWAGGER_UI_FILES.map((file) => ({ from: `${SWAGGER_UI}/${file}`, to: `${SWAGGER_UI}/${file}` })),
  });
  gateway.route(HTTP.api.route, api.arn);
  gateway.route(HTTP.docs.route, docs.arn);
  return { gateway, functions: { api, docs } };
}
