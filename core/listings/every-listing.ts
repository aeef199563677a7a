/** A message's id that asks for every listing of the organisation, or for those after the one that follows. */
export const EVERY_LISTING = "~";

export const isEveryListing = (id: string) => id.startsWith(EVERY_LISTING);
