/** What providers tell us: verified, kept once, and each applied exactly once. */
export {
  type Effect,
  type EffectHandler,
  type EffectRegistry,
  type Effects,
  type InboundEvent,
  type Provider,
  PROVIDERS,
} from "./effects.ts";
export { type EventView, ListEventsSchema, ReplayManySchema, ReplaySchema, STATUSES } from "./event.ts";
export { getEvent, listEvents } from "./events.ts";
export type { Kept } from "./keep.ts";
export { type Order, orderOf } from "./order.ts";
export { accountWrite } from "./owner.ts";
export { answerChallenge, type Incoming, MAX_BODY_BYTES, receive, receiveFetched } from "./receive.ts";
export { replayEvent, replayEvents } from "./replay.ts";
export { CreateSourceSchema, RollSecretSchema, type SourceView, UpdateSourceSchema } from "./source.ts";
export { createSource, deleteSource, getSource, listSources, rollSecret, updateSource, SEALED } from "./sources.ts";
export { assignEvent, unassignedEvents } from "./unassigned.ts";
export { wakeStuckEvents } from "./sweep.ts";
export { workEvent, type Worked } from "./work.ts";
