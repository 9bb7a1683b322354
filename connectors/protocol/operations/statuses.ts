import { assert } from "../../../src/kernel/index.ts";
import { type OperationTable, type ReportedOrder, succeed } from "../../kit/index.ts";
import { readReportedOrder } from "../map/incoming.ts";
import { sendForRows } from "./send.ts";
import { type TokenForm, withToken } from "./token.ts";

/** pageSize is 5 in this mode, so at most five order ids a call. */
export const STATUS_BATCH_MAX = 5;

/** What the marketplace says of known orders. Orders that it does not give are left out: nothing is concluded from that. */
export function readStatusesWith(form: TokenForm): OperationTable["readStatuses"] {
  return async (call, ids) => {
    assert(ids.length > 0 && ids.length <= STATUS_BATCH_MAX, `a call asks for 1 to ${STATUS_BATCH_MAX} orders`);
    const query = { orderIds: ids.join(","), pageSize: STATUS_BATCH_MAX, pageNumber: 1 } as const;
    const answered = await withToken(call, form, (headers) =>
      sendForRows(call, { id: "getOrders", query, idempotent: true }, headers, "orders"),
    );
    if (!answered.ok) return answered;
    const wanted = new Set(ids);
    const orders: ReportedOrder[] = [];
    const rejected: string[] = [];
    for (const row of answered.value.rows) {
      const read = readReportedOrder(row);
      if (!read.ok) rejected.push(read.words);
      else if (wanted.has(read.value.channelOrderId)) orders.push(read.value);
      else rejected.push(`order ${read.value.channelOrderId} was not asked for`);
    }
    return succeed({ orders, rejected });
  };
}
