/** What goes between us and the channels on which we sell: quantities and prices out, orders in, dispatches out. */
export { commandListing } from "./command-listing.ts";
export type { Doors } from "./doors.ts";
export { noteFulfilments } from "./fulfilments.ts";
export { listingTargets } from "./listing-targets.ts";
export { PollOrdersSchema, PutOrdersSyncSchema } from "./orders-sync.ts";
export { ORDERS_DUE } from "./orders-sync.store.ts";
export { getOrdersSync, pollNow, putOrdersSync, startDuePoll } from "./orders-syncs.ts";
export { pollOrders } from "./poll.ts";
export { ListTasksSchema, RetryTaskSchema, TASK_KINDS, TASK_STATUSES } from "./task.ts";
export { TASK_DUE } from "./task.store.ts";
export { getTask, listTasks, retryTask } from "./tasks.ts";
export { wakeTask, workTask } from "./work-task.ts";
export { SEALED } from "./unreadable.ts";
