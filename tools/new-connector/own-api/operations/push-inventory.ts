import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** Tells absolute figures. */
export const pushInventory: OperationTable["pushInventory"] = unwritten(
  "operations/push-inventory.ts",
  "send a batch of figures; answer for each line by its key whether it was taken, with the marketplace's words where it was not.",
);
