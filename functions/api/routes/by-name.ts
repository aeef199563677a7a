import type { Route } from "../route.ts";

export type LoadRoutes = () => Promise<readonly Route[]>;

const documentation: LoadRoutes = async () => {
  const { documentationRoutes } = await import("./documentation.ts");
  return documentationRoutes(async () => (await import("./index.ts")).ROUTES);
};
const products: LoadRoutes = async () => (await import("./products.ts")).productRoutes;
const classification: LoadRoutes = async () => (await import("./classification.ts")).classificationRoutes;
const imports: LoadRoutes = async () => (await import("./imports.ts")).importRoutes;
const suppliers: LoadRoutes = async () => (await import("./suppliers.ts")).supplierRoutes;
const nothing: LoadRoutes = async () => [];

/** The file that serves `/<name>…` or `/v1/<name>…`. */
const FILES = new Map<string, LoadRoutes>([
  ["health", async () => (await import("./health.ts")).healthRoutes],
  ["metrics", async () => (await import("./metrics.ts")).metricsRoutes],
  ["openapi.json", documentation],
  ["docs", documentation],
  ["organization", async () => (await import("./organizations.ts")).organizationRoutes],
  ["api-keys", async () => (await import("./api-keys.ts")).apiKeyRoutes],
  ["products", products],
  ["pricing", products],
  ["categories", classification],
  ["brands", classification],
  ["brand-patterns", classification],
  ["sizes", classification],
  ["uploads", imports],
  ["imports", imports],
  ["suppliers", suppliers],
  ["syncs", suppliers],
]);

const NAME = /^https?:\/\/[^/]*\/(?:v1\/)?([^/?#]*)/;

/**
 * Where a URL's routes are. A process imports a file of routes, and the nouns that it stands on, when the first request
 * for it comes: making the schemas of nouns that nobody asked for took a third of a cold start.
 */
export function routesFor(url: string): LoadRoutes {
  return FILES.get(NAME.exec(url)?.[1] ?? "") ?? nothing;
}
