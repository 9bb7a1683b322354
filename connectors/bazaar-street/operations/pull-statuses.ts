import { describeMisfits, validator } from "../../../contract/validators.ts";
import { badAnswer, fail, type OperationTable, succeed } from "../../kit/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { readStates } from "../map/states.ts";
import { askRows, token } from "../wire.ts";

const isPage = validator(BAZAAR_STREET_CONTRACT, "ChangesPage");

/** The only list of changes: whatever happened to an order. */
export const CHANGES_FEED = "changes";

/** Orders of which something changed in the window, as they stand now. */
export const pullStatuses: OperationTable["pullStatuses"] = async (call, { from, to, token: after }) => {
  const query = { since: from.toString(), until: to.toString(), ...(after === undefined ? {} : { after }) };
  const answered = await token.withToken(call, (headers) =>
    askRows(call, { id: "getChanges", query, idempotent: true }, headers, "orders"),
  );
  if (!answered.ok) return answered;
  const { rows, page } = answered.value;
  const ends = isPage({ ...page, orders: [] }); // the rows are judged one by one
  if (!ends.ok) return fail(badAnswer({ idempotent: true }, 200, describeMisfits(ends.errors)));
  const { next, completeTo } = ends.value;
  const through = Temporal.Instant.from(completeTo);
  return succeed({ ...readStates(rows), last: next === null, ...(next === null ? {} : { next }), through });
};
