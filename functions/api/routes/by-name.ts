import type { Route } from "../route.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { classificationRoutes } from "./classification.ts";
import { documentationRoutes } from "./documentation.ts";
import { healthRoutes } from "./health.ts";
import { metricsRoutes } from "./metrics.ts";
import { organizationRoutes } from "./organizations.ts";
import { productRoutes } from "./products.ts";

export type LoadRoutes = () => Promise<readonly Route[]>;

const documentation = at(documentationRoutes(async () => (await import("./index.ts")).ROUTES));
const products = at(productRoutes);
const classification = at(classificationRoutes);
const finance: LoadRoutes = async () => (await import("./finance.ts")).financeRoutes;
const batches: LoadRoutes = async () => (await import("./production-batches.ts")).productionBatchRoutes;
const bundles: LoadRoutes = async () => (await import("./bundles.ts")).bundleRoutes;
const recipes: LoadRoutes = async () => (await import("./recipes.ts")).recipeRoutes;
const imports: LoadRoutes = async () => (await import("./imports.ts")).importRoutes;
const listings: LoadRoutes = async () => (await import("./listings.ts")).listingRoutes;
const inventory: LoadRoutes = async () => [
  ...(await import("./inventory.ts")).inventoryRoutes,
  ...(await import("./stock-moves.ts")).stockMoveRoutes,
  ...(await import("./stock-reports.ts")).stockReportRoutes,
  ...(await import("./reorder.ts")).reorderRoutes,
  ...(await import("./deliveries.ts")).deliveryRoutes,
];
const locations: LoadRoutes = async () => (await import("./locations.ts")).locationRoutes;
const orders: LoadRoutes = async () => [
  ...(await import("./orders.ts")).orderRoutes,
  ...(await import("./order-finance.ts")).orderFinanceRoutes,
];
const purchases: LoadRoutes = async () => (await import("./purchases.ts")).purchaseRoutes;
const suppliers: LoadRoutes = async () => (await import("./suppliers.ts")).supplierRoutes;
const billing: LoadRoutes = async () => (await import("./billing.ts")).billingRoutes;
const webhooks: LoadRoutes = async () => (await import("./webhooks.ts")).webhookRoutes;
const webhookRecords: LoadRoutes = async () => [
  ...(await import("./webhook-events.ts")).webhookEventRoutes,
  ...(await import("./webhook-sources.ts")).webhookSourceRoutes,
];
const webhookEndpoints: LoadRoutes = async () => (await import("./webhook-endpoints.ts")).webhookEndpointRoutes;
const webhookDeliveries: LoadRoutes = async () => (await import("./webhook-deliveries.ts")).webhookDeliveryRoutes;
const auth: LoadRoutes = async () => [
  ...(await import("./auth.ts")).authRoutes,
  ...(await import("./openid.ts")).openIdRoutes,
  ...(await import("./sessions.ts")).sessionRoutes,
];
const members: LoadRoutes = async () => {
  const { invitationRoutes, memberRoutes, roleRoutes } = await import("./members.ts");
  return [...invitationRoutes, ...memberRoutes, ...roleRoutes];
};
const organization: LoadRoutes = async () => [...organizationRoutes, ...(await members())];
const monitoring: LoadRoutes = async () => (await import("./monitoring.ts")).monitoringRoutes;
const audit: LoadRoutes = async () => (await import("./audit.ts")).auditRoutes;
const nothing = at([]);

/** The file that serves `/<name>…` or `/v1/<name>…`. */
const FILES = new Map<string, LoadRoutes>([
  ["health", at(healthRoutes)],
  ["metrics", at(metricsRoutes)],
  ["monitoring", monitoring],
  ["audit", audit],
  ["openapi.json", documentation],
  ["docs", documentation],
  ["organization", organization],
  ["auth", auth],
  ["users", auth],
  ["invitations", members],
  ["roles", members],
  ["api-keys", at(apiKeyRoutes)],
  ["products", products],
  ["pricing", products],
  ["categories", classification],
  ["brands", classification],
  ["brand-patterns", classification],
  ["sizes", classification],
  ["uploads", imports],
  ["imports", imports],
  ["recipes", recipes],
  ["batches", batches],
  ["bundles", bundles],
  ["suppliers", suppliers],
  ["syncs", suppliers],
  ["transactions", finance],
  ["fee-tables", finance],
  ["fees", finance],
  ["orders", orders],
  ["purchases", purchases],
  ["matches", purchases],
  ["inventory", inventory],
  ["locations", locations],
  ["listings", listings],
  ["billing", billing],
  ["webhook-endpoints", webhookEndpoints],
  ["webhook-deliveries", webhookDeliveries],
  ["event-types", webhookEndpoints],
  ["webhooks", webhooks],
  ["webhook-events", webhookRecords],
  ["webhook-sources", webhookRecords],
]);

const NAME = /^https?:\/\/[^/]*\/(?:v1\/)?([^/?#]*)/;

/**
 * Where a URL's routes are. The catalogue, on which all else stands, and what is small are at hand; another noun's file
 * is imported with its first request. Each file that is imported so splits what it shares with others into chunks, and
 * twenty chunks more cost a cold start what a hundred kilobytes do: so not the small ones.
 */
export function routesFor(url: string): LoadRoutes {
  return FILES.get(NAME.exec(url)?.[1] ?? "") ?? nothing;
}

function at(routes: readonly Route[]): LoadRoutes {
  const loaded = Promise.resolve(routes);
  return () => loaded;
}
