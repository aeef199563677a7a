import type { Route } from "../route.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { classificationRoutes } from "./classification.ts";
import { documentationRoutes } from "./documentation.ts";
import { healthRoutes } from "./health.ts";
import { metricsRoutes } from "./metrics.ts";
import { productRoutes } from "./products.ts";

export type LoadRoutes = () => Promise<readonly Route[]>;

const all: LoadRoutes = async () => (await import("./index.ts")).ROUTES;

const documentation = at(documentationRoutes(all));
const products = at(productRoutes);
const classification = at(classificationRoutes);

/** What is at hand, by the name that its paths begin with: `/<name>…` or `/v1/<name>…`. */
const AT_HAND = new Map<string, LoadRoutes>([
  ["health", at(healthRoutes)],
  ["metrics", at(metricsRoutes)],
  ["openapi.json", documentation],
  ["docs", documentation],
  ["api-keys", at(apiKeyRoutes)],
  ["products", products],
  ["pricing", products],
  ["categories", classification],
  ["brands", classification],
  ["brand-patterns", classification],
  ["sizes", classification],
]);

const NAME = /^https?:\/\/[^/]*\/(?:v1\/)?([^/?#]*)/;

/**
 * Where a URL's routes are. The catalogue, on which all else stands, and what is small are at hand; all others are
 * imported with the first request for one of them, together: a file imported by itself splits what it shares with others
 * into chunks, and twenty chunks more cost a cold start what a hundred kilobytes do.
 */
export function routesFor(url: string): LoadRoutes {
  return AT_HAND.get(NAME.exec(url)?.[1] ?? "") ?? all;
}

function at(routes: readonly Route[]): LoadRoutes {
  const loaded = Promise.resolve(routes);
  return () => loaded;
}
