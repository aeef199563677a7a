/** Who did what, to what, from where: of every organisation one log that nobody can change unseen. */
export { appendEvents } from "./append.ts";
export { type AuditEntry, AuditEntrySchema, ExportAuditSchema, ListAuditSchema } from "./entry.ts";
export type { Head, Owner } from "./entry.store.ts";
export { type AuditFile, exportAudit, listAudit } from "./read.ts";
export { type AuditVerification, verifyAudit } from "./verify.ts";
