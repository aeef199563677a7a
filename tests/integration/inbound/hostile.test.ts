import { hostileBattery } from "../../support/hostile.ts";
import { newShopifyEvent, newSource, NEXT_SECRET } from "../../support/webhook-sources.ts";

hostileBattery("POST /v1/webhook-sources", {
  permission: "webhooks.write",
  hasBody: true,
  repeatable: true,
  prepare: () =>
    Promise.resolve({
      method: "POST",
      path: "/v1/webhook-sources",
      body: { provider: "generic", name: "A sender", secret: "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==" },
      status: 201,
    }),
});
hostileBattery("GET /v1/webhook-sources", {
  permission: "webhooks.read",
  prepare: () => Promise.resolve({ method: "GET", path: "/v1/webhook-sources", status: 200 }),
});
hostileBattery("GET /v1/webhook-sources/{id}", {
  permission: "webhooks.read",
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/webhook-sources/${(await newSource(api)).id}`, status: 200 }),
});
hostileBattery("PATCH /v1/webhook-sources/{id}", {
  permission: "webhooks.write",
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PATCH",
    path: `/v1/webhook-sources/${(await newSource(api)).id}`,
    body: { name: "The shop in Seoul" },
    status: 200,
  }),
});
hostileBattery("POST /v1/webhook-sources/{id}/roll-secret", {
  permission: "webhooks.write",
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/webhook-sources/${(await newSource(api)).id}/roll-secret`,
    body: { secret: NEXT_SECRET },
    status: 200,
  }),
});
hostileBattery("DELETE /v1/webhook-sources/{id}", {
  permission: "webhooks.write",
  hasId: true,
  prepare: async (api) => ({ method: "DELETE", path: `/v1/webhook-sources/${(await newSource(api)).id}`, status: 204 }),
});
hostileBattery("GET /v1/webhook-events", {
  permission: "webhooks.read",
  prepare: async (api) => {
    await newShopifyEvent(api);
    return { method: "GET", path: "/v1/webhook-events?provider=shopify&status=pending&limit=1", status: 200 };
  },
});
hostileBattery("GET /v1/webhook-events/{id}", {
  permission: "webhooks.read",
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/webhook-events/${await newShopifyEvent(api)}`, status: 200 }),
});
hostileBattery("POST /v1/webhook-events/{id}/replay", {
  permission: "webhooks.write",
  hasId: true,
  hasBody: "optional",
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/webhook-events/${await newShopifyEvent(api)}/replay`,
    body: { force: false },
    status: 202,
  }),
});
hostileBattery("POST /v1/webhook-events/replay", {
  permission: "webhooks.write",
  hasBody: true,
  prepare: () =>
    Promise.resolve({
      method: "POST",
      path: "/v1/webhook-events/replay",
      body: { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" },
      status: 202,
    }),
});
