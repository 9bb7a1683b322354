import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** Tells that a parcel left. */
export const dispatch: OperationTable["dispatch"] = unwritten(
  "operations/dispatch.ts",
  "tell the lines that left, and courier, tracking number and invoice where the seller ships. Not idempotent unless a repeat changes nothing there.",
);
