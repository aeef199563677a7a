export { CreateImportSchema, ImportRecordsSchema } from "./import.ts";
export { createImport, getImport, importRefusedUrl, listImportRecords, listImports, runImport } from "./imports.ts";
export { factsReader } from "./product-target.ts";
