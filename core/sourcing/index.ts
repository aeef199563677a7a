export { SOURCE_CODES, type SourceCode } from "./ask.ts";
export { getSettings, putSettings } from "./configure.ts";
export { createDraft, CreateDraftSchema } from "./drafts.ts";
export { search, SourcingSearchSchema } from "./search.ts";
export { SourcingSettingsSchema } from "./settings.ts";
