import type { Context } from "../platform/context.ts";
import { type Due, dueRemoval, dueWrite } from "../platform/due.ts";
import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import { resourceStore } from "../platform/resources.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { Write } from "../platform/table.ts";
import type { Person, PrivacyRequest, PrivacyRequestView } from "./request.ts";

export const requests = resourceStore<PrivacyRequest>("PRIVACY_REQUEST", "Privacy request");

/** The name under which erasures stand among what is due. */
export const PRIVACY_DUE = "privacyRequest";

const ANSWER_WITHIN_MS = 30 * 24 * 3_600_000;

type Owner = Pick<Context, "config" | "actor">;

const about = (organizationId: string, id: string) => `privacy-request ${organizationId} ${id}`;

const aboutOf = ({ actor }: Owner, id: string) => about(actor.organizationId, id);

/** What requests keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  "privacy-request": (item) => [{ path: ["sealedPerson"], about: about(ownerOf(item), String(item["id"])) }],
};

export function sealPerson(ctx: Owner, id: string, person: Person): string {
  return seal(ctx.config, aboutOf(ctx, id), JSON.stringify(person));
}

/** Undefined where the request is about nobody any more. */
export function personOf(ctx: Owner, { id, sealedPerson }: PrivacyRequest): Person | undefined {
  return sealedPerson === undefined
    ? undefined
    : (JSON.parse(unseal(ctx.config, aboutOf(ctx, id), sealedPerson)) as Person);
}

export function viewRequest(ctx: Owner, request: PrivacyRequest): PrivacyRequestView {
  const { sealedPerson: _sealed, ...shown } = request;
  const person = personOf(ctx, request);
  const answerBy = new Date(Date.parse(request.createdAt) + ANSWER_WITHIN_MS).toISOString();
  return { ...shown, ...(person ? { person } : {}), answerBy };
}

/** What moves a request among what is due, from where it stood to where it stands now. */
export function dueWritesOf(ctx: Context, before: PrivacyRequest | undefined, after: PrivacyRequest): Write[] {
  const dueOf = ({ id, dueAt }: PrivacyRequest): Due | undefined =>
    dueAt === undefined ? undefined : { kind: PRIVACY_DUE, id, dueAt };
  const [from, to] = [before && dueOf(before), dueOf(after)];
  if (from?.dueAt === to?.dueAt) return [];
  return [...(from ? [dueRemoval(ctx, from)] : []), ...(to ? [dueWrite(ctx, to)] : [])];
}
