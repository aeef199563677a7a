import * as z from "zod";
import type { OrganizationId } from "../platform/ids.ts";
import type { Resource } from "../platform/resources.ts";
import { EmailSchema } from "./email.ts";
import { RoleIdSchema } from "./member.ts";

export const INVITATION_MS = 7 * 24 * 3600_000;

export interface Invitation extends Resource {
  email: string;
  roleId: string;
  status: "pending" | "accepted" | "revoked";
  /** Who made it: a user or a key. */
  invitedBy: string;
  endsAt: string;
  /** Of the token that was mailed. */
  tokenHash: string;
}

export interface InvitationView extends Omit<Invitation, "tokenHash" | "roleId" | "status"> {
  role: string;
  status: Invitation["status"] | "expired";
}

/** What an invitation's token leads to. */
export interface InvitationFacts extends Record<string, unknown> {
  invitationId: string;
  organizationId: OrganizationId;
  organizationName: string;
  currency: string;
  email: string;
}

export const CreateInvitationSchema = z.lazy(() =>
  z.object({ email: EmailSchema, role: RoleIdSchema.describe("A role's id") }).strict(),
);

export const InvitationSchema = z.lazy(() =>
  z
    .object({
      id: z.string(),
      email: z.string(),
      role: z.string(),
      status: z.enum(["pending", "accepted", "revoked", "expired"]),
      invitedBy: z.string(),
      endsAt: z.iso.datetime(),
      version: z.int(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    })
    .meta({ id: "Invitation" }),
);

export function viewOf({ tokenHash: _hash, roleId, ...rest }: Invitation, nowMs: number): InvitationView {
  const isOver = rest.status === "pending" && nowMs >= Date.parse(rest.endsAt);
  return { ...rest, role: roleId, status: isOver ? "expired" : rest.status };
}
