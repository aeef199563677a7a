import * as Imports from "../../core/imports/index.ts";
import { workHandler } from "./work.ts";

export const handler = workHandler("imports", Imports.runImport);
