import * as Suppliers from "../../core/suppliers/index.ts";
import { workHandler } from "./work.ts";

export const handler = workHandler("supplierSync", Suppliers.runSync);
