import { resourceStore } from "../platform/resources.ts";
import type { Upload } from "./upload.ts";

export const uploads = resourceStore<Upload>("UPLOAD", "Upload");
