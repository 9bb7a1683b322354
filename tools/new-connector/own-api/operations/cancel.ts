import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** The seller's cancellation. */
export const cancel: OperationTable["cancel"] = unwritten(
  "operations/cancel.ts",
  "tell the units that are cancelled; answer for each line by its id. Not idempotent unless a repeat changes nothing there.",
);
