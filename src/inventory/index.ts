export { type Adjusted, adjustMany, adjustStock } from "./adjust.ts";
export {
  ADJUSTMENTS,
  type Adjustment,
  type AdjustmentKind,
  INVENTORY_TYPES,
  type InventoryType,
} from "./adjustment.ts";
export { inventoryRefusals } from "./errors.ts";
export { importAdjustments } from "./import-adjustments.ts";
export { allocateJob } from "./jobs.ts";
export {
  BUCKETS,
  type Bucket,
  type Cause,
  type Entry,
  type Level,
  SHELF_BUCKETS,
  type ShelfBucket,
  type ShelfId,
} from "./ledger.ts";
export { post } from "./post.ts";
export { stockResultChecks } from "./publish/stock-results.ts";
export { listStock, type StockRow } from "./queries.ts";
export { registerJobs } from "./register.ts";
export { stockRoutes } from "./routes.ts";
export type { Take } from "./take.ts";
