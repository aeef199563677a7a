import * as z from "zod";
import { ACCOUNT_STATUSES } from "../../../core/accounts/index.ts";
import { resource } from "./resource.ts";

const fields = () =>
  z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      isRequired: z.boolean(),
      pattern: z.string().optional().describe("What it must look like"),
    }),
  );

const limit = () => ({
  name: z.string(),
  scope: z.string().optional().describe("Which calls it counts; all where absent"),
  limit: z.number(),
  windowSeconds: z.number(),
  window: z.enum(["sliding", "fixed"]).describe("Any such time, or those that begin at a multiple of it by UTC"),
});

export const ConnectorsAnswer = z.lazy(() =>
  z
    .object({
      items: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          capabilities: z.array(z.string()),
          credentials: fields(),
          settings: fields(),
          needsConsent: z.boolean().describe("Somebody must consent in their browser before the account is used"),
          limits: z.array(z.object(limit())),
        }),
      ),
    })
    .meta({ id: "Connectors" }),
);

export const AccountAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      provider: z.string(),
      name: z.string(),
      status: z
        .enum(ACCOUNT_STATUSES)
        .describe("`needsAuthorization`: somebody must consent, or give other credentials; nothing is sent until then"),
      isDefault: z.boolean().describe("Stands for its provider where no account is named"),
      settings: z.record(z.string(), z.string()),
      credentials: z.array(z.string()).describe("Which are there; they themselves are in no answer"),
      authorizedAt: z.iso.datetime().optional(),
      problem: z
        .object({ message: z.string(), at: z.iso.datetime() })
        .optional()
        .describe("Why it needs an authorization"),
      checkRequestedAt: z.iso.datetime().optional().describe("A check that is still to be done"),
      lastCheck: z.object({ at: z.iso.datetime(), isGood: z.boolean(), message: z.string().optional() }).optional(),
    })
    .meta({ id: "Account" }),
);

export const AuthorizationAnswer = z.lazy(() =>
  z
    .object({
      url: z.string().describe("Where the account's owner consents, once"),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "AccountAuthorization" }),
);

export const QuotaAnswer = z.lazy(() =>
  z
    .object({
      pausedUntil: z.iso.datetime().optional().describe("The provider asked us to stay away until then"),
      limits: z.array(
        z.object({
          ...limit(),
          used: z.int().describe("Of the window now, with what workers hold and have not used yet"),
          left: z.int(),
          leftForBulk: z.int().describe("What calls that are not urgent may still take"),
          resetsAt: z.iso.datetime().optional(),
          exhaustedAt: z.iso
            .datetime()
            .optional()
            .describe("When it would be used up if use went on as of late; absent where not before it is reset"),
        }),
      ),
    })
    .meta({ id: "AccountQuota" }),
);
