import { AppError } from "../../platform/errors.ts";
import type { OrderBook } from "./order-book.ts";

const absent = () => Promise.reject(new AppError("FEATURE_DISABLED", "Orders are not taken yet"));

/** The orders of this system. */
export const ORDERS: OrderBook = { record: absent, takeBack: absent };
