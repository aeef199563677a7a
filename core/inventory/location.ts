import * as z from "zod";
import type { Resource } from "../platform/resources.ts";

/** Where stock is when nobody says where. It exists in every organisation, without having been made. */
export const MAIN_LOCATION = "loc_main";

const fields = () => ({
  name: z.string().trim().min(1).max(100),
  code: z.string().trim().min(1).max(50).optional().describe("A short name of your own, such as a warehouse code"),
  sellsOrders: z.boolean().describe("Orders may reserve here; false for returns, damaged goods or goods on their way"),
  priority: z
    .int()
    .min(0)
    .max(1000)
    .describe("Orders reserve at the location with the least number that can serve them"),
});

export const CreateLocationSchema = z.lazy(() => {
  const { sellsOrders, priority, ...rest } = fields();
  return z.strictObject({ ...rest, sellsOrders: sellsOrders.default(true), priority: priority.default(100) });
});

export const UpdateLocationSchema = z.lazy(() => z.strictObject(fields()).partial());

export interface Location extends Resource {
  name: string;
  code?: string;
  sellsOrders: boolean;
  priority: number;
}

/** The main location as it is until somebody changes it. */
export function mainLocation(): Location {
  const since = new Date(0).toISOString();
  return {
    id: MAIN_LOCATION,
    name: "Main",
    sellsOrders: true,
    priority: 0,
    version: 0,
    createdAt: since,
    updatedAt: since,
  };
}
