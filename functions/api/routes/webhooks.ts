import * as Inbound from "../../../core/inbound/index.ts";
import { AppError, type ErrorCode } from "../../../core/platform/errors.ts";
import { ChallengeAnswer, EXAMPLES, ReceivedAnswer } from "../answers/webhooks.ts";
import type { ApiContext } from "../api-env.ts";
import { sendJson } from "../respond.ts";
import { type PublicRoute, type Route, route } from "../route.ts";

const never = { "cache-control": "no-store" };
const errors: ErrorCode[] = [
  "INVALID_SIGNATURE",
  "VALIDATION_ERROR",
  "NOT_FOUND",
  "PAYLOAD_TOO_LARGE",
  "FEATURE_DISABLED",
  "DEPENDENCY_UNAVAILABLE",
];

const receive: PublicRoute["respond"] = async (resources, c) => {
  const { id, outcome } = await Inbound.receive(resources, await incomingOf(c));
  return sendJson(c, resources.metrics, 200, { received: true, id, outcome }, never);
};

const delivery = {
  method: "post",
  permission: "public",
  limit: "webhook",
  tag: "Webhooks",
  answer: ReceivedAnswer,
  errors,
  example: { answer: EXAMPLES.received },
  respond: receive,
} as const;

export const webhookRoutes: Route[] = [
  route({
    ...delivery,
    path: "/webhooks/{provider}",
    summary: "Take an event of the instance's own account (stripe)",
    description:
      "The body as it was signed. Kept once by the provider's id of it, then applied; the same again changes nothing, another under its id is flagged. What is not verified is refused, and nothing of it is kept.",
  }),
  route({
    ...delivery,
    path: "/webhooks/{provider}/{sourceId}",
    summary: "Take an event of an organisation's own source",
  }),
  route({
    method: "get",
    path: "/webhooks/{provider}/{sourceId}",
    permission: "public",
    tag: "Webhooks",
    summary: "Answer eBay's question whether this address is ours (?challenge_code=…)",
    answer: ChallengeAnswer,
    errors: ["VALIDATION_ERROR", "NOT_FOUND"],
    async respond(resources, c) {
      const challenge = { ...placeOf(c), challengeCode: c.req.query("challenge_code"), url: c.req.url };
      return sendJson(c, resources.metrics, 200, await Inbound.answerChallenge(resources, challenge), never);
    },
  }),
];

function placeOf(c: ApiContext): Pick<Inbound.Incoming, "provider" | "sourceId"> {
  const { provider: name, sourceId } = c.req.param() as Record<string, string | undefined>;
  const provider = Inbound.PROVIDERS.find((known) => known === name);
  if (!provider) throw new AppError("NOT_FOUND", "Webhooks are taken of stripe, shopify, ebay and generic");
  return { provider, ...(sourceId === undefined ? {} : { sourceId }) };
}

async function incomingOf(c: ApiContext): Promise<Inbound.Incoming> {
  const place = placeOf(c);
  if (Number(c.req.header("content-length") ?? 0) > Inbound.MAX_BODY_BYTES)
    throw new AppError("PAYLOAD_TOO_LARGE", `The body is larger than ${Inbound.MAX_BODY_BYTES} bytes`);
  const body = new Uint8Array(await c.req.arrayBuffer());
  return { ...place, body, header: (name) => c.req.header(name) };
}
