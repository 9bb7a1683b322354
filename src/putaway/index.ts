import "./errors.ts";

export { type ArrivedUnit, awaitPutaway, rowsFor } from "./await-putaway.ts";
export { type Grading, gradePutaway, releaseFromPutaway } from "./change-putaway.ts";
export { completePutaway } from "./complete-putaway.ts";
export {
  addToPutaway,
  addToPutawayIn,
  createPutaway,
  createPutawayIn,
  type ForList,
} from "./create-putaway.ts";
export { giveBackTransfer } from "./give-back-transfer.ts";
export { onPutawayComplete, onPutawayGraded } from "./hooks.ts";
export {
  GRADES,
  type Grade,
  type GradedItem,
  type GradedUnit,
  KIND_NAMES,
  type Putaway,
  type PutawayId,
  type PutawayItem,
  type PutawayItemId,
  type PutawayKind,
  putawayLifecycle,
} from "./putaway.ts";
export { listPutaways, listWaiting, type PutawayOf, putawayById, putawayOf } from "./queries.ts";
export { putawayRoutes } from "./routes.ts";
export { scanPutaway, unscanPutaway } from "./scan-putaway.ts";
export { type ShelfTransfer, type TransferLine, transferShelf } from "./shelf-transfer.ts";
