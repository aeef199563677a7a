import * as z from "zod";
import { ChannelSchema } from "../orders/index.ts";
import { EmailSchema } from "../identity/index.ts";
import type { Resource } from "../platform/resources.ts";

/** `review`: only people know what is to be done. */
export const REQUEST_KINDS = ["export", "erasure", "review"] as const;
export const REQUEST_STATUSES = ["open", "done"] as const;
/** Who asked: somebody here, or a channel for its customer. */
export const REQUEST_CAUSES = ["operator", "shopify", "ebay"] as const;

/** Of whom: by their address, by a channel's id of them, or by orders that a channel says are theirs. */
export interface Person {
  email?: string | undefined;
  externalId?: string | undefined;
  channel?: string | undefined;
  orderExternalIds?: string[] | undefined;
}

/** Somebody wants to have what is known of them, or to be forgotten. */
export interface PrivacyRequest extends Resource {
  kind: (typeof REQUEST_KINDS)[number];
  status: (typeof REQUEST_STATUSES)[number];
  cause: (typeof REQUEST_CAUSES)[number];
  /** Of whom, encrypted; gone when an erasure is done. */
  sealedPerson?: string;
  /** Of a member: found by the address before that is erased. */
  userId?: string;
  evenIfOpen: boolean;
  ordersErased: number;
  /** Orders whose goods are still under way, at the last look. */
  ordersWaiting: number;
  /** When it is looked at next. */
  dueAt?: string;
  note?: string;
  createdBy: string;
}

/**
 * Whether it can be about somebody who works here. A channel asks for a customer, by an address that anybody could have
 * typed into a checkout: it says nothing about the member who has it.
 */
export const mayBeOfMember = ({ cause }: Pick<PrivacyRequest, "cause">): boolean => cause === "operator";

/** As answers show it. */
export interface PrivacyRequestView extends Omit<PrivacyRequest, "sealedPerson"> {
  person?: Person;
  /** The law leaves a month. */
  answerBy: string;
}

const externalId = () => z.string().trim().min(1).max(200);

export const CreateRequestSchema = z.lazy(() =>
  z
    .strictObject({
      kind: z.enum(["export", "erasure"]),
      email: EmailSchema.optional(),
      externalId: externalId().optional().describe("The channel's id of them; needs `channel`"),
      channel: ChannelSchema.optional(),
      evenIfOpen: z
        .boolean()
        .default(false)
        .describe("Erase also of orders whose goods are still to reach them; those wait otherwise"),
    })
    .refine((of) => of.email !== undefined || of.externalId !== undefined, "give email or externalId")
    .refine((of) => (of.externalId === undefined) === (of.channel === undefined), "externalId and channel go together"),
);

export const CloseRequestSchema = z.lazy(() =>
  z.strictObject({ note: z.string().trim().min(1).max(500).describe("What was done about it") }),
);
