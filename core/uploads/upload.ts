import * as z from "zod";
import type { Resource } from "../platform/resources.ts";

/** 1 GiB: what one PUT carries comfortably, and a hundred times the largest catalogue we have seen. */
const MAX_UPLOAD_BYTES = 1024 ** 3;

/** What users' systems call CSV and JSON lines. Windows says application/vnd.ms-excel for any .csv, and some say nothing. */
const CONTENT_TYPES = [
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/csv",
  "application/json",
  "application/jsonl",
  "application/x-ndjson",
  "application/vnd.ms-excel",
  "application/octet-stream",
] as const;

export const CreateUploadSchema = z.lazy(() =>
  z
    .object({
      filename: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .regex(/^[^\p{C}/\\]+$/u, "must be a file's name, without a folder")
        .meta({ examples: ["products.csv"] }),
      contentType: z.enum(CONTENT_TYPES),
      size: z.number().int().min(1).max(MAX_UPLOAD_BYTES).describe("Bytes; exactly so many must be sent"),
    })
    .strict(),
);

/** Until then the URL takes the file. */
export const URL_SECONDS = 15 * 60;
/** Until then an upload that arrived can be used. The bucket's lifecycle removes the file later. */
export const USABLE_SECONDS = 7 * 24 * 3600;

export interface Upload extends Resource {
  filename: string;
  contentType: (typeof CONTENT_TYPES)[number];
  /** Bytes, as announced and signed. */
  size: number;
  key: string;
  /** Of the URL. */
  expiresAt: string;
}
