import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** A page of new orders. */
export const pullOrders: OperationTable["pullOrders"] = unwritten(
  "operations/pull-orders.ts",
  'ask for orders of the window and status; give each with its id, as it came (raw) and without what changes by itself (content); a row without an id goes to "rejected".',
);
