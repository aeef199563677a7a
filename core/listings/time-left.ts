/** What a worker has left of its time, in milliseconds. */
export interface Time {
  remainingMs: () => number;
}

/** As long as a call of a channel may take that does not answer, and writing that down. */
const RESERVE_MS = 25_000;

/** Too little to begin another call of a channel: whoever dies of it leaves all that it has claimed in doubt. */
export const isShort = ({ remainingMs }: Time): boolean => remainingMs() < RESERVE_MS;

export const OUT_OF_TIME = {
  code: "OUT_OF_TIME",
  message: "The worker's time was over before its turn; the next one tells it",
};
