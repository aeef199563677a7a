import * as Audit from "../../../core/audit/index.ts";
import { pageOf } from "../pages.ts";
import { TextFile } from "../reply.ts";
import { type Route, route } from "../route.ts";

const read = { method: "get", permission: "audit.read", tag: "Audit log" } as const;

export const auditRoutes: Route[] = [
  route({
    ...read,
    path: "/v1/audit",
    summary: "See who did what, from where, newest first",
    description:
      "Every change and every refusal, some seconds after it. Secrets and personal data are left out. Each entry carries the hash of the one before: `npm run verify-audit` follows them. A page may be short while `nextCursor` says there is more to look through.",
    query: Audit.ListAuditSchema,
    answer: pageOf(Audit.AuditEntrySchema),
    handle: (ctx, { query }) => Audit.listAudit(ctx, query),
  }),
  route({
    ...read,
    path: "/v1/audit/export",
    summary: "Download the audit log as JSON lines or CSV",
    description:
      "At most a thousand entries a file, newest first; the header X-Next-Cursor, where there is one, is the `cursor` of the next file.",
    query: Audit.ExportAuditSchema,
    files: ["application/x-ndjson", "text/csv"],
    async handle(ctx, { query }) {
      const { contentType, text, nextCursor } = await Audit.exportAudit(ctx, query);
      const name = contentType.startsWith("text/csv") ? "audit.csv" : "audit.jsonl";
      return new TextFile(name, contentType, text, nextCursor === undefined ? {} : { "x-next-cursor": nextCursor });
    },
  }),
];
