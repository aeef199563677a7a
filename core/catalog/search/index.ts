export type { Filters, ProductItem } from "./filters.ts";
export { type ItemChange, project } from "./projection.ts";
export { search, type SearchInput, type SearchPage } from "./search.ts";
export { createKnownWords, type KnownWords } from "./vocabulary.store.ts";
