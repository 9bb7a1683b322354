export { chooseShelves, type Take } from "./choose-shelves.ts";
export { inventoryRefusals } from "./errors.ts";
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
