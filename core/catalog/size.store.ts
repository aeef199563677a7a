import { resourceStore } from "../platform/resources.ts";
import type { Size } from "./size.ts";

export const sizes = resourceStore<Size>("SIZE", "Size");
