import { assert } from "../../../src/kernel/index.ts";
import { type OperationTable, succeed } from "../../kit/index.ts";
import { readStates } from "../map/states.ts";
import { askRows, token } from "../wire.ts";

export const IDS_MAX = 20;

/** How known orders stand. Orders that are not in the answer are left out: nothing is concluded from that. */
export const readStatuses: OperationTable["readStatuses"] = async (call, ids) => {
  assert(ids.length > 0 && ids.length <= IDS_MAX, `a call asks for 1 to ${IDS_MAX} orders`);
  const query = { ids: [...ids] };
  const answered = await token.withToken(call, (headers) =>
    askRows(call, { id: "getStates", query, idempotent: true }, headers, "orders"),
  );
  return answered.ok ? succeed(readStates(answered.value.rows)) : answered;
};
