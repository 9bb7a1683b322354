import "./errors.ts";

export { acceptShelves } from "./accept-shelves.ts";
export { beginShelf, countPiece, finishShelf, giveUpShelves, recountShelf } from "./count-shelf.ts";
export { type CycleCountId, countShelfLifecycle, cycleCountLifecycle } from "./cycle-count.ts";
export { addShelves, cancelCount, closeCount, createCount, removeShelves } from "./plan-count.ts";
export { cycleCountRoutes } from "./routes.ts";
