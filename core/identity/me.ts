import { type Context, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { requireUser } from "./begin-session.ts";
import { membershipsOf, rolesOfMemberships } from "./member.store.ts";
import { providersOf } from "./openid/identity.store.ts";
import { ChangeMeSchema } from "./user.ts";
import { findAccount, renameWrite } from "./user.store.ts";

export interface Me {
  id: string;
  email: string;
  name: string;
  createdAt: string;
  organizations: { id: string; name: string; role: string; isCurrent: boolean }[];
  providers: string[];
}

/** The signed-in person, with the organisations they can switch to. */
export async function readMe(ctx: Context): Promise<Me> {
  const { userId } = requireUser(ctx);
  const [account, memberships, providers] = await Promise.all([
    findAccount(ctx, userId),
    membershipsOf(ctx, userId),
    providersOf(ctx, userId),
  ]);
  if (!account) throw new AppError("UNAUTHENTICATED", "The session is over: sign in again");
  const roles = await rolesOfMemberships(
    ctx,
    userId,
    memberships.map(({ organizationId }) => organizationId),
  );
  const organizations = memberships.flatMap(({ organizationId: id, organizationName: name }) => {
    const role = roles.get(id);
    return role === undefined ? [] : [{ id, name, role, isCurrent: id === ctx.actor.organizationId }];
  });
  const { id, email, name, createdAt } = account;
  return { id, email, name, createdAt, organizations, providers };
}

export async function changeMe(ctx: Context, input: unknown): Promise<Me> {
  const { userId } = requireUser(ctx);
  const { name } = parse(ChangeMeSchema, input);
  const event = outboxWrite(ctx, "user.renamed", { userId });
  await ctx.table.transact([renameWrite(userId, name, timestamp(ctx)), event]);
  return readMe(ctx);
}
