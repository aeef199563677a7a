import * as z from "zod";
import { REQUEST_CAUSES, REQUEST_KINDS, REQUEST_STATUSES } from "../../../core/privacy/index.ts";
import { HistoryEntryAnswer, OrderAnswer } from "./orders.ts";
import { resource } from "./resource.ts";

const text = () => z.string().optional();

export const PrivacyRequestAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      kind: z.enum(REQUEST_KINDS).describe("`review`: only people know what is to be done"),
      status: z.enum(REQUEST_STATUSES),
      cause: z.enum(REQUEST_CAUSES).describe("Who asked"),
      person: z
        .object({
          email: text(),
          externalId: text(),
          channel: text(),
          orderExternalIds: z.array(z.string()).optional(),
        })
        .optional()
        .describe("Of whom; gone when the request is done"),
      userId: text().describe("Of a member"),
      evenIfOpen: z.boolean(),
      ordersErased: z.int(),
      ordersWaiting: z.int().describe("Orders whose goods are still under way"),
      dueAt: z.iso.datetime().optional().describe("When it is looked at next"),
      answerBy: z.iso.datetime().describe("A month after it was asked"),
      note: text(),
      createdBy: z.string(),
    })
    .meta({ id: "PrivacyRequest" }),
);

export const PersonalExportAnswer = z.lazy(() =>
  z.object({
    requestId: z.string(),
    identity: z
      .object({
        account: z
          .object({
            id: z.string(),
            email: z.string(),
            name: z.string(),
            createdAt: z.iso.datetime(),
            role: z.string(),
            providers: z.array(z.string()),
          })
          .optional(),
        sessions: z.array(
          z.object({
            id: z.string(),
            createdAt: z.iso.datetime(),
            lastSeenAt: z.iso.datetime(),
            address: text(),
            userAgent: text(),
          }),
        ),
        invitations: z.array(
          z.object({
            id: z.string(),
            email: z.string(),
            role: z.string(),
            status: z.string(),
            createdAt: z.iso.datetime(),
          }),
        ),
      })
      .optional()
      .describe("Of somebody who works or was asked to work here; on the first page"),
    orders: z.array(OrderAnswer.unwrap().extend({ history: z.array(HistoryEntryAnswer) })),
    nextCursor: text(),
  }),
);

const requestId = "pvr_01KAKQWS9N2Q5T8W1Y4A7C0E3G";

export const EXAMPLES = {
  create: {
    body: { kind: "erasure", email: "buyer@buyers.example" },
    answer: {
      id: requestId,
      version: 1,
      kind: "erasure",
      status: "open",
      cause: "operator",
      person: { email: "buyer@buyers.example" },
      evenIfOpen: false,
      ordersErased: 0,
      ordersWaiting: 0,
      dueAt: "2026-11-21T12:00:00.000Z",
      answerBy: "2026-12-21T12:00:00.000Z",
      createdBy: "key_01KAKQNH6Y9B2E5G8K1N4Q7S0V",
      createdAt: "2026-11-21T12:00:00.000Z",
      updatedAt: "2026-11-21T12:00:00.000Z",
    },
  },
  close: { body: { note: "Handed over by letter" } },
};
