export const LISTING_STATUSES = ["draft", "publishing", "active", "paused", "failed", "ended"] as const;
export type ListingStatus = (typeof LISTING_STATUSES)[number];

/**
 * Of what a channel is to be told: `none` before it is first published; `queued` until its channel has taken it;
 * `waiting` for what somebody must do first; `failed` when the channel refused it or was tried often enough.
 */
export const UPDATE_STATES = ["none", "queued", "waiting", "failed", "published"] as const;
export type UpdateState = (typeof UPDATE_STATES)[number];

/** What an operator asks for, and what a channel answers. */
export type Command = "publish" | "pause" | "resume" | "end";
export type Outcome = "confirm" | "refuse";

/**
 * The life of a listing, to be read aloud. What is not here is refused (a command) or changes nothing (an outcome).
 * Resuming goes through `publishing` again: it is active when its channel has taken it, not when it was asked for.
 */
const TRANSITIONS: Record<Command | Outcome, Partial<Record<ListingStatus, ListingStatus>>> = {
  publish: { draft: "publishing", failed: "publishing" },
  pause: { publishing: "paused", active: "paused", failed: "paused" },
  resume: { paused: "publishing" },
  end: { draft: "ended", publishing: "ended", active: "ended", paused: "ended", failed: "ended" },
  confirm: { publishing: "active", failed: "active" },
  refuse: { publishing: "failed", active: "failed" },
};

/** Where an event leads; undefined where it leads nowhere. */
export function statusAfter(status: ListingStatus, event: Command | Outcome): ListingStatus | undefined {
  return TRANSITIONS[event][status];
}

/** The statuses out of which an event leads, for the condition of a write. */
export function sourcesOf(event: Command | Outcome): ListingStatus[] {
  return LISTING_STATUSES.filter((status) => TRANSITIONS[event][status] !== undefined);
}
