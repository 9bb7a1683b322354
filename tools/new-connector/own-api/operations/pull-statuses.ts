import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** What changed, by the marketplace's own lists. */
export const pullStatuses: OperationTable["pullStatuses"] = unwritten(
  "operations/pull-statuses.ts",
  'ask a feed for what changed in the window; read it as in read-statuses; give "through" where its clock says up to when the list is complete.',
);
