import "./errors.ts";

export { type ArrivedUnit, awaitPutaway, rowsFor } from "./await-putaway.ts";
export { gradePutaway, releaseFromPutaway, scanPutaway } from "./change-putaway.ts";
export { completePutaway } from "./complete-putaway.ts";
export { createPutaway } from "./create-putaway.ts";
export { onPutawayComplete, onPutawayGraded } from "./hooks.ts";
export {
  type Grade,
  type GradedUnit,
  type Putaway,
  type PutawayId,
  type PutawayItem,
  type PutawayItemId,
  type PutawayKind,
  putawayLifecycle,
} from "./putaway.ts";
export { listPutaways, listWaiting, putawayById } from "./queries.ts";
export { putawayRoutes } from "./routes.ts";
