import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import type { Item } from "../platform/table.ts";
import { credentialAbout, tokenAbout } from "./secret.store.ts";

const accountOf = (item: Item) => String(item["pk"]).split("#")[2] ?? "";

/** What accounts keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  "account-credentials": (item) =>
    Object.keys(item["sealed"] ?? {}).map((field) => ({
      path: ["sealed", field],
      about: credentialAbout(ownerOf(item), accountOf(item), field),
    })),
  "account-token": (item) => [{ path: ["sealed"], about: tokenAbout(ownerOf(item), accountOf(item)) }],
};
