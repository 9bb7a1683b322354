import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** What the marketplace says of known orders. */
export const readStatuses: OperationTable["readStatuses"] = unwritten(
  "operations/read-statuses.ts",
  'ask for these orders by id; read each line\'s word by a table in map/, a word that is not there as "unknown"; leave out orders that it does not give.',
);
