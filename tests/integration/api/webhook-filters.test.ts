import { describe, expect, it } from "vitest";
import { apiHarness, expectError } from "../../support/harness.ts";

const URL = "https://hooks.example.com/a";

describe("an endpoint", () => {
  it("hears of sign-ins, keys and members only by their names, and by the will of who may read the audit log", async () => {
    const api = await apiHarness();
    const secret = await api.keyWith(["webhooks.read", "webhooks.write"]);
    const create = (eventTypes: string[], key = secret) =>
      api.request<{ id: string }>("POST", "/v1/webhook-endpoints", { body: { url: URL, eventTypes }, secret: key });
    for (const filter of ["session.*", "session.refused", "apiKey.created", "user.*", "privacy.done"]) {
      const refused = await create(["order.*", filter]);
      expectError(refused, 403, "FORBIDDEN");
      expect(refused.body).toMatchObject({ error: { details: { permission: "audit.read" } } });
    }
    const { id } = (await create(["*"])).body;
    const path = `/v1/webhook-endpoints/${id}`;
    const body = { eventTypes: ["member.*"] };
    expectError(await api.request("PATCH", path, { body, secret }), 403, "FORBIDDEN");
    await api.request("PATCH", path, { body, expected: 200 });
    expect((await create(["session.*"], api.secret)).status).toBe(201);
  });
});
