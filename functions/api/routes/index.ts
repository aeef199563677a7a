import type { Route } from "../route.ts";
import { accountRoutes } from "./accounts.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { authRoutes } from "./auth.ts";
import { billingRoutes } from "./billing.ts";
import { auditRoutes } from "./audit.ts";
import { bundleRoutes } from "./bundles.ts";
import { channelRoutes } from "./channels.ts";
import { classificationRoutes } from "./classification.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { documentationRoutes } from "./documentation.ts";
import { financeRoutes } from "./finance.ts";
import { healthRoutes } from "./health.ts";
import { importRoutes } from "./imports.ts";
import { listingRoutes } from "./listings.ts";
import { inventoryRoutes } from "./inventory.ts";
import { locationRoutes } from "./locations.ts";
import { invitationRoutes, memberRoutes, roleRoutes } from "./members.ts";
import { metricsRoutes } from "./metrics.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { openIdRoutes } from "./openid.ts";
import { orderFinanceRoutes } from "./order-finance.ts";
import { orderRoutes } from "./orders.ts";
import { organizationRoutes } from "./organizations.ts";
import { productionBatchRoutes } from "./production-batches.ts";
import { privacyRoutes } from "./privacy.ts";
import { productRoutes } from "./products.ts";
import { stockMoveRoutes } from "./stock-moves.ts";
import { purchaseOrderRoutes } from "./purchase-orders.ts";
import { purchaseRoutes } from "./purchases.ts";
import { recipeRoutes } from "./recipes.ts";
import { reorderRoutes } from "./reorder.ts";
import { sessionRoutes } from "./sessions.ts";
import { sourcingRoutes } from "./sourcing.ts";
import { stockReportRoutes } from "./stock-reports.ts";
import { supplierPurchaseRoutes } from "./supplier-purchases.ts";
import { supplierRoutes } from "./suppliers.ts";
import { webhookDeliveryRoutes } from "./webhook-deliveries.ts";
import { webhookEndpointRoutes } from "./webhook-endpoints.ts";
import { webhookEventRoutes } from "./webhook-events.ts";
import { webhookSourceRoutes } from "./webhook-sources.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route there is; a process imports them with the first request that by-name.ts has nothing at hand for. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...metricsRoutes,
  ...monitoringRoutes,
  ...auditRoutes,
  ...documentationRoutes(async () => ROUTES),
  ...organizationRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...roleRoutes,
  ...authRoutes,
  ...openIdRoutes,
  ...sessionRoutes,
  ...apiKeyRoutes,
  ...privacyRoutes,
  ...productRoutes,
  ...classificationRoutes,
  ...importRoutes,
  ...supplierRoutes,
  ...supplierPurchaseRoutes,
  ...purchaseOrderRoutes,
  ...sourcingRoutes,
  ...accountRoutes,
  ...recipeRoutes,
  ...productionBatchRoutes,
  ...bundleRoutes,
  ...stockReportRoutes,
  ...reorderRoutes,
  ...deliveryRoutes,
  ...financeRoutes,
  ...orderRoutes,
  ...orderFinanceRoutes,
  ...purchaseRoutes,
  ...locationRoutes,
  ...inventoryRoutes,
  ...stockMoveRoutes,
  ...listingRoutes,
  ...channelRoutes,
  ...billingRoutes,
  ...webhookEndpointRoutes,
  ...webhookDeliveryRoutes,
  ...webhookRoutes,
  ...webhookEventRoutes,
  ...webhookSourceRoutes,
];
